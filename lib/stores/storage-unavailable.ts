import { ProtocolError } from '../errors/protocol-error.js';

// How long it takes, as a rule, until somebody has seen to it.
const retryAfterSeconds = 5;

/**
 * Asks a store or a bus for something without which the request cannot be served.
 *
 * @throws ProtocolError `storage_unavailable` when it throws or rejects
 */
export async function fromStorage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new ProtocolError('storage_unavailable', undefined, {
      cause,
      // RFC 9110 §15.6.4: may tell when. In the answer, too, for transports that have no header fields.
      data: { retryAfterSeconds },
      headers: { 'Retry-After': String(retryAfterSeconds) },
    });
  }
}

/** Whether an error says that a store failed; its `cause` is why. */
export function isOfStorage(error: unknown): error is ProtocolError {
  return error instanceof ProtocolError && error.code === 'storage_unavailable';
}

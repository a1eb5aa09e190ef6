import { ProtocolError } from '../errors/protocol-error.js';
import { retryAfter, retryAfterSeconds } from '../errors/retry-after.js';

/**
 * Asks a store or a bus for something without which the request cannot be served.
 *
 * @throws ProtocolError `storage_unavailable` when it throws or rejects
 */
export async function fromStorage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new ProtocolError('storage_unavailable', undefined, { cause, ...retryAfter(retryAfterSeconds.outageEnds) });
  }
}

/** Whether an error says that a store failed; its `cause` is why. */
export function isOfStorage(error: unknown): error is ProtocolError {
  return error instanceof ProtocolError && error.code === 'storage_unavailable';
}

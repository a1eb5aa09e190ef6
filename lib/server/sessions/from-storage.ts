import { ProtocolError } from '../../errors/protocol-error.js';

/**
 * Asks a store or a bus for something without which the request cannot be served.
 *
 * @throws ProtocolError `storage_unavailable` when it throws or rejects
 */
export async function fromStorage<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new ProtocolError('storage_unavailable', undefined, { cause, headers: { 'Retry-After': '5' } });
  }
}

import type { RequestInWork } from './call.js';
import type { Feature } from './server-capabilities.js';
import type { Operation } from '../authorization/operation.js';

/** One method of the protocol. */
export interface Method {
  readonly name: string;
  /** The eras that know it. */
  readonly eras: readonly ('legacy' | 'modern')[];
  /** The feature that it belongs to; without items of that kind the method does not exist. */
  readonly feature?: Feature;
  /** The extension that it belongs to; if the server does not offer it, the method does not exist. */
  readonly extension?: string;
  /** Whether it needs a connection; without one the method does not exist. */
  readonly needsConnection?: boolean;
  /**
   * Reads the params, and finds the items that they name in the registry or in a store. No handler runs yet.
   *
   * @throws ProtocolError if params are malformed or name an item that does not exist
   */
  locate(call: RequestInWork): Operation | Promise<Operation>;
}

import type { RequestInWork } from './call.js';
import type { Feature } from './server-capabilities.js';
import type { Operation } from '../authorization/operation.js';

/** One method of the protocol. */
export interface Method {
  readonly name: string;
  /** The eras that know it. */
  readonly eras: readonly ('legacy' | 'modern')[];
  /** The feature that it belongs to; without content there the method does not exist. */
  readonly feature?: Feature;
  /** The extension that it belongs to; where the server does not offer it, the method does not exist. */
  readonly extension?: string;
  /** Whether it is about something that lasts beyond the request; where nothing does, the method does not exist. */
  readonly needsConnection?: boolean;
  /**
   * Reads the params and finds what they name, in the registry or in a store. Nothing is invoked yet.
   *
   * @throws ProtocolError when params are malformed or what they name does not exist
   */
  locate(call: RequestInWork): Operation | Promise<Operation>;
}

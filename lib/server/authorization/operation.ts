import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import type { ProtocolError } from '../../errors/protocol-error.js';
import type { PreparedJson } from '../../jsonrpc/build-response.js';
import type { ItemAccess } from '../../registry/access.js';

/** The item that a request names or reveals, with its access rules. */
export interface OperationItem {
  readonly access: ItemAccess;
  readonly target: RefusedTarget;
  /** The arguments as they were sent, for scopes that depend on them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The error for callers from whom the item is concealed: the same as if it did not exist. */
  readonly notFound: () => ProtocolError;
}

/**
 * The items of one request, found but not yet allowed. A method can only reach its item by listing it here, so `authorize` sees every
 * item before it is used.
 */
export interface Operation {
  /** Empty if the request concerns the endpoint as a whole, such as a list. */
  readonly items: readonly OperationItem[];
  /** Whether it opens a stream, which mostly waits and so counts as a stream, not as a call. */
  readonly isStream?: boolean;
  /** Runs the operation, only after `authorize`. */
  invoke(): PreparedJson | object | Promise<PreparedJson | object>;
}

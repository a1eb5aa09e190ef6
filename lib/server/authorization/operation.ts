import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import type { ProtocolError } from '../../errors/protocol-error.js';
import type { PreparedJson } from '../../jsonrpc/build-response.js';
import type { ItemAccess } from '../../registry/access.js';

/** The item that a request names or reveals, and what decides whether it may be used. */
export interface OperationItem {
  readonly access: ItemAccess;
  readonly target: RefusedTarget;
  /** The arguments as they came, for scopes that depend on them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** What a caller is told from whom the item is concealed: the same as if it did not exist. */
  readonly notFound: () => ProtocolError;
}

/**
 * What one request wants, found but not yet allowed. A method can only get at its item by putting it here, so nothing
 * can be invoked that `authorize` did not see.
 */
export interface Operation {
  /** Empty when the request is about the endpoint as a whole, such as a list. */
  readonly items: readonly OperationItem[];
  /** Whether it is a stream that stays open and mostly waits; it counts as such then, and not as a call. */
  readonly isStream?: boolean;
  /** Does it. Called after authorizing only. */
  invoke(): PreparedJson | object | Promise<PreparedJson | object>;
}

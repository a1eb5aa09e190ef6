import type { JsonRpcRequest } from '../jsonrpc/message.js';
import type { Catalog } from '../registry/catalog.js';
import type { Caller } from './authorize.js';
import type { ErrorReporter } from './report-error.js';
import type { Revision } from './revisions/revision.js';

/** One request on its way through the phases, with everything that a method may need. */
export interface Call {
  readonly request: JsonRpcRequest;
  readonly revision: Revision;
  readonly catalog: Catalog;
  readonly caller: Caller;
  /** The versions that the server speaks, the newest first. */
  readonly supportedVersions: readonly string[];
  /** The transport's own request, such as Express's. */
  readonly transportRequest: unknown;
  /** What the client said about itself when the connection was opened, on transports that have one. */
  readonly connectedClient: unknown;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Milliseconds that a handler gets when its item does not say. */
  readonly timeoutMs: number;
  readonly reportError: ErrorReporter;
}

import type { JsonRpcRequest } from '../../jsonrpc/message.js';
import type { Catalog } from '../../registry/catalog.js';
import type { StateSealer } from '../../sealing/state-sealer.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { Caller } from '../authorization/caller.js';
import type { DecisionCounts } from '../authorization/decision-counts.js';
import type { Cancellation } from '../cancellation/cancellation.js';
import type { ChangeNotifier } from '../notifications/change-notifier.js';
import type { Connection } from '../transport/connection.js';
import type { ArgumentRules, OpenConnection } from '../transport/incoming-message.js';
import type { CallObservation } from '../calls/call-observation.js';
import type { ObservedCall } from '../calls/observed-call.js';
import type { Limits } from '../limits/limits.js';
import type { Outbox } from '../transport/outbox.js';
import type { PendingRequests } from '../client-requests/pending-requests.js';
import type { ErrorReporter } from '../reporting/report-error.js';
import type { Revision } from '../revisions/revision.js';
import type { TaskServices } from '../tasks/task-services.js';

/** Services for every request of an endpoint. */
export interface EndpointServices {
  readonly catalog: Catalog;
  /**
   * Distinguishes the endpoint from others of the app that use the same stores, and is the same in all processes. It is the name of the
   * server, with the path if the app sets one.
   */
  readonly name: string;
  /** The versions that the server speaks, the newest first. */
  readonly supportedVersions: readonly string[];
  /** Time limit of a handler, in milliseconds, for items without one. */
  readonly timeoutMs: number;
  readonly reportError: ErrorReporter;
  readonly sealer: StateSealer;
  /** Remembers used sealed state; undefined if state may be used more than once. */
  readonly replay: ReplayStore | undefined;
  readonly changes: ChangeNotifier;
  readonly pending: PendingRequests;
  readonly tasks: TaskServices;
  readonly limits: Limits;
  readonly calls: CallObservation;
  readonly decisions: DecisionCounts;
}

/** One request on its way through the phases, with everything that a method may need. */
export interface RequestInWork {
  readonly request: JsonRpcRequest;
  readonly revision: Revision;
  readonly endpoint: EndpointServices;
  readonly caller: Caller;
  /** The transport's own request, such as Express's. */
  readonly transportRequest: unknown;
  /** State that outlives this request; undefined without any. */
  readonly connection: Connection | undefined;
  /** Makes a connection from the client's handshake, on transports that have connections. */
  readonly openConnection: OpenConnection | undefined;
  /** Rules of the transport about arguments that header fields mirror. */
  readonly argumentRules: ArgumentRules | undefined;
  /** Whether the answer is no longer wanted. */
  readonly cancellation: Cancellation;
  /** Sends the messages that come before the answer. */
  readonly outbox: Outbox;
  /** Records the progress of the call; undefined without listeners. */
  readonly observed?: ObservedCall | undefined;
}

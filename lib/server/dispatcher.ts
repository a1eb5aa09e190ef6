import type { RefusedTarget } from '../errors/insufficient-scope-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import type { Message } from '../jsonrpc/message.js';
import { parseMessage } from '../jsonrpc/parse-message.js';
import type { Catalog } from '../registry/catalog.js';
import type { Caller, Decision } from './authorize.js';
import { authorize } from './authorize.js';
import type { Operation } from './operation.js';
import type { Reply } from './reply.js';
import { replyToBatch } from './reply.js';
import type { ErrorReporter } from './report-error.js';
import type { ProtocolVersion } from './revisions/revision.js';
import type { DeclaredVersions } from './revisions/supported-revisions.js';
import { SupportedRevisions } from './revisions/supported-revisions.js';
import type { Step } from './step.js';
import { failingStep, notificationStep, performStep, requestStep } from './step.js';

/** What a dispatcher needs beside the catalog. */
export interface DispatcherOptions {
  readonly protocolVersions: readonly ProtocolVersion[];
  /** Milliseconds that a handler gets when its item does not say. */
  readonly timeoutMs: number;
  readonly reportError: ErrorReporter;
}

/** One message or batch as a transport delivers it. */
export interface Delivery {
  readonly caller: Caller;
  readonly versions: DeclaredVersions;
  /** Aborted when the client cancelled, or when it went away. */
  readonly signal: AbortSignal;
  readonly signalMeans: 'cancelled' | 'disconnected';
  /**
   * Whether the transport has its own words for a refusal (HTTP: status and challenge), so that it is thrown, or none
   * (stdio), so that it is answered as a JSON-RPC error.
   */
  readonly refusalsAre: 'answered' | 'thrown';
  readonly transportRequest?: unknown;
  readonly connectedClient?: unknown;
  /** Hears what was decided about each request, before it is invoked. What it throws, `dispatch` throws. */
  readonly onDecided?: (decided: DecidedOperation) => void;
}

/** What was decided about one request. */
export interface DecidedOperation {
  readonly method: string;
  readonly target: RefusedTarget | undefined;
  readonly outcome: Decision['outcome'];
}

// More than any client sends; a batch is one request to rate limiters and many to handlers.
const longestBatch = 100;

/**
 * Takes a JSON value through the phases: classify, check the envelope, look up, authorize, validate, invoke, respond.
 * It knows no transport and returns the text to send.
 */
export class Dispatcher {
  readonly revisions: SupportedRevisions;
  readonly #catalog: Catalog;
  readonly #options: DispatcherOptions;

  constructor(catalog: Catalog, options: DispatcherOptions) {
    this.#catalog = catalog;
    this.#options = options;
    this.revisions = new SupportedRevisions(options.protocolVersions);
  }

  /**
   * @param payload - the JSON value of a body or a line
   * @param delivery - who sent it and how
   * @returns what to send back
   * @throws UnauthorizedError, InvalidTokenError or InsufficientScopeError where refusals are thrown
   */
  async dispatch(payload: unknown, delivery: Delivery): Promise<Reply> {
    return Array.isArray(payload) ? this.#dispatchBatch(payload, delivery) : this.#dispatchOne(payload, delivery);
  }

  async #dispatchOne(payload: unknown, delivery: Delivery): Promise<Reply> {
    const step = this.#prepare(parseMessage(payload), delivery);
    const [decision] = decide([step], delivery);
    return performStep(step, decision, delivery.refusalsAre);
  }

  async #dispatchBatch(payload: readonly unknown[], delivery: Delivery): Promise<Reply> {
    this.#checkBatch(payload, delivery.versions);
    const steps = payload.map((value) => this.#prepare(parseMessage(value), delivery));
    // Every message of a batch is authorized before any is invoked; a refusal later on would come too late for the others.
    const decisions = decide(steps, delivery);
    const replies = await Promise.all(steps.map((step, index) => performStep(step, decisions[index], 'answered')));
    return replyToBatch(replies);
  }

  /** 2025-03-26 `basic/index#batching` is the only revision with batches; JSON-RPC 2.0 §6 forbids empty ones. */
  #checkBatch(payload: readonly unknown[], { header, assumed }: DeclaredVersions): void {
    if (this.revisions.get(header ?? assumed)?.hasBatches !== true) {
      throw new ProtocolError('invalid_message', 'Invalid request: this protocol revision has no batches');
    }
    if (payload.length === 0) throw new ProtocolError('invalid_message', 'Invalid request: the batch is empty');
    if (payload.length > longestBatch) {
      const message = `Invalid request: a batch holds at most ${String(longestBatch)} messages`;
      throw new ProtocolError('invalid_message', message);
    }
  }

  /** Phases 1 to 3. What fails becomes a step that fails when its turn comes, after authorizing like any other. */
  #prepare(message: Message, delivery: Delivery): Step {
    if (message.kind === 'invalid') {
      return failingStep(message.id, new ProtocolError('invalid_message', `Invalid request: ${message.reason}`));
    }
    if (message.kind === 'response') {
      const text = 'Invalid request: this server sent no request that could be answered';
      return failingStep(undefined, new ProtocolError('invalid_message', text));
    }
    try {
      const revision = this.revisions.resolve(message, delivery.versions);
      if (message.kind === 'notification') return notificationStep();
      const listens = delivery.signalMeans === 'cancelled' || revision.disconnectCancels;
      return requestStep({
        request: message,
        revision,
        catalog: this.#catalog,
        caller: delivery.caller,
        supportedVersions: this.revisions.versions,
        transportRequest: delivery.transportRequest,
        connectedClient: delivery.connectedClient,
        signal: listens ? delivery.signal : neverAborted,
        timeoutMs: this.#options.timeoutMs,
        reportError: this.#options.reportError,
      });
    } catch (error) {
      return failingStep(message.kind === 'request' ? message.id : undefined, error);
    }
  }
}

const neverAborted = new AbortController().signal;

/** Phase 4. Where refusals are answered, each message gets its own; where they are thrown, one speaks for all. */
function decide(steps: readonly Step[], delivery: Delivery): readonly Decision[] {
  const { caller, refusalsAre, onDecided } = delivery;
  const operations = steps.map(({ operation }) => operation);
  const decisions =
    refusalsAre === 'thrown' ? authorize(operations, caller) : operations.map((each) => decideAlone(each, caller));
  if (onDecided !== undefined) {
    for (const [index, { call, operation }] of steps.entries()) {
      const outcome = decisions[index]?.outcome;
      if (call !== undefined && outcome !== undefined) {
        onDecided({ method: call.request.method, target: operation.item?.target, outcome });
      }
    }
  }
  return decisions;
}

function decideAlone(operation: Operation, caller: Caller): Decision {
  try {
    const [decision] = authorize([operation], caller);
    return decision ?? { outcome: 'concealed' };
  } catch (error) {
    return { outcome: 'undecidable', error };
  }
}

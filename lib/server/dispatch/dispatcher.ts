import { ProtocolError } from '../../errors/protocol-error.js';
import type { JsonRpcRequest, Message } from '../../jsonrpc/message.js';
import { parseMessage } from '../../jsonrpc/parse-message.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import { lastly } from '../../promises/lastly.js';
import type { Catalog } from '../../registry/catalog.js';
import { StateSealer } from '../../sealing/state-sealer.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { TaskStore } from '../../stores/task-store.js';
import type { RequestInWork, EndpointServices } from '../call/call.js';
import type { Cancellation } from '../cancellation/cancellation.js';
import { Cancelling, neverCancelled } from '../cancellation/cancellation.js';
import { ChangeNotifier } from '../notifications/change-notifier.js';
import type { PrincipalLimits } from '../limits/limits.js';
import { Limits, defaultPrincipalLimits } from '../limits/limits.js';
import { PendingRequests } from '../client-requests/pending-requests.js';
import { authorizeMessages } from './authorize-messages.js';
import type { IncomingDelivery } from '../transport/incoming-message.js';
import type { Reply } from '../transport/outgoing-reply.js';
import { replyToBatch } from '../transport/outgoing-reply.js';
import type { ErrorReporter } from '../reporting/report-error.js';
import type { Revision, ProtocolVersion } from '../revisions/revision.js';
import type { DeclaredVersions } from '../revisions/supported-revisions.js';
import { SupportedRevisions } from '../revisions/supported-revisions.js';
import { RunningRequests } from '../cancellation/running-requests.js';
import type { MessageStep } from './message-step.js';
import { answerStep, failingStep, notificationStep, performStep, requestStep } from './message-step.js';
import { AbandonedTasks } from '../task-calls/abandoned-tasks.js';
import { TaskServices } from '../tasks/task-services.js';

/** What a dispatcher needs beside the catalog. */
export interface DispatcherOptions {
  readonly protocolVersions: readonly ProtocolVersion[];
  /** Milliseconds that a handler gets when its item does not say. */
  readonly timeoutMs: number;
  readonly reportError: ErrorReporter;
  /** Between the processes that share the endpoint. */
  readonly bus: MessageBus;
  /** See `StateSealer`. */
  readonly requestStateKey: Uint8Array | string | undefined;
  readonly taskStore: TaskStore;
  /** Tasks that one caller may have running or waiting at once. */
  readonly maxRunningTasks: number;
  /** Default: those of `defaultPrincipalLimits`. */
  readonly limits?: PrincipalLimits;
}

// More than any client sends; a batch is one request to rate limiters and many to handlers.
const longestBatch = 100;

// How long a person may take over a form, and no longer than that what was agreed so far can be brought back.
const requestStateSeconds = 900;

/**
 * Takes a JSON value through the phases: classify, check the envelope, look up, authorize, validate, invoke, respond.
 * It knows no transport and returns the text to send.
 */
export class Dispatcher {
  readonly revisions: SupportedRevisions;
  readonly endpoint: EndpointServices;
  readonly running: RunningRequests;
  readonly taskKeeper: AbandonedTasks;

  constructor(catalog: Catalog, options: DispatcherOptions) {
    const { timeoutMs, reportError, bus, requestStateKey, taskStore, maxRunningTasks } = options;
    this.revisions = new SupportedRevisions(options.protocolVersions);
    this.running = new RunningRequests(bus);
    this.endpoint = {
      catalog,
      supportedVersions: this.revisions.versions,
      timeoutMs,
      reportError,
      sealer: new StateSealer(requestStateKey, requestStateSeconds),
      changes: new ChangeNotifier(catalog, bus),
      pending: new PendingRequests(bus),
      tasks: new TaskServices(taskStore, bus, maxRunningTasks),
      limits: new Limits(options.limits ?? defaultPrincipalLimits),
    };
    this.taskKeeper = new AbandonedTasks(this.endpoint, (version) => this.revisions.get(version));
  }

  /**
   * Ends what the dispatcher does by itself: to listen to changes, and to work on tasks.
   *
   * @param taskGraceSeconds - how long tasks get to come to their end
   */
  async close(taskGraceSeconds = 0): Promise<void> {
    await this.taskKeeper.close(taskGraceSeconds * 1000);
    await Promise.all([this.endpoint.changes.close(), this.endpoint.pending.close(), this.running.close()]);
  }

  /**
   * @param payload - the JSON value of a body or a line
   * @param delivery - who sent it and how
   * @returns or promises what to send back
   * @throws UnauthorizedError, InvalidTokenError or InsufficientScopeError where refusals are thrown
   */
  dispatch(payload: unknown, delivery: IncomingDelivery): Eventually<Reply> {
    return Array.isArray(payload) ? this.#dispatchBatch(payload, delivery) : this.#dispatchOne(payload, delivery);
  }

  #dispatchOne(payload: unknown, delivery: IncomingDelivery): Eventually<Reply> {
    return andThen(this.#prepare(parseMessage(payload), delivery), (step) => {
      const reply = (): Eventually<Reply> => {
        const [decision] = authorizeMessages([step], delivery);
        const performed = performStep(step, decision, delivery.refusalsAre);
        return delivery.letsStreamsLast === true ? performed : andThen(performed, untilOver);
      };
      return step.finish === undefined ? reply() : lastly(reply, step.finish);
    });
  }

  async #dispatchBatch(payload: readonly unknown[], delivery: IncomingDelivery): Promise<Reply> {
    this.#checkBatch(payload, delivery.versions);
    const messages = payload.map((value) => withoutHandshake(parseMessage(value)));
    const steps = await Promise.all(messages.map(async (message) => this.#prepare(message, delivery)));
    try {
      // Every message of a batch is authorized before any is invoked; a refusal later on would come too late for the others.
      const decisions = authorizeMessages(steps, delivery);
      const replies = await Promise.all(
        steps.map(async (step, index) => performStep(step, decisions[index], 'answered')),
      );
      return replyToBatch(replies);
    } finally {
      for (const step of steps) step.finish?.();
    }
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
  #prepare(message: Message, delivery: IncomingDelivery): Eventually<MessageStep> {
    const { connection } = delivery;
    if (message.kind === 'invalid') {
      return failingStep(message.id, new ProtocolError('invalid_message', `Invalid request: ${message.reason}`));
    }
    if (message.kind === 'response') {
      if (connection !== undefined) return answerStep(message, this.endpoint.pending, connection);
      const text = 'Invalid request: this server sent no request that could be answered';
      return failingStep(undefined, new ProtocolError('invalid_message', text));
    }
    try {
      const revision = this.revisions.resolve(message, delivery.versions);
      return message.kind === 'notification'
        ? notificationStep(message, connection)
        : this.#prepareRequest(message, revision, delivery);
    } catch (error) {
      return failingStep(message.kind === 'request' ? message.id : undefined, error);
    }
  }

  #prepareRequest(request: JsonRpcRequest, revision: Revision, delivery: IncomingDelivery): Eventually<MessageStep> {
    const { connection, disconnect } = delivery;
    if (connection === undefined) {
      return requestStep(
        this.#callOf(request, revision, delivery, revision.disconnectCancels ? disconnect : neverCancelled),
      );
    }
    const cancelled = new Cancelling();
    // Before anything is looked for, so that a cancellation that follows at once finds the request.
    const finish = this.running.add(connection.id, request.id, cancelled);
    const stopForwarding = revision.disconnectCancels
      ? disconnect.onCancelled(() => {
          cancelled.cancel(disconnect.reason);
        })
      : undefined;
    return andThen(requestStep(this.#callOf(request, revision, delivery, cancelled)), (step) => ({
      ...step,
      finish: () => {
        finish();
        stopForwarding?.();
      },
    }));
  }

  #callOf(
    request: JsonRpcRequest,
    revision: Revision,
    delivery: IncomingDelivery,
    cancellation: Cancellation,
  ): RequestInWork {
    const { caller, transportRequest, connection, openConnection, outbox } = delivery;
    return {
      request,
      revision,
      endpoint: this.endpoint,
      caller,
      transportRequest,
      connection,
      openConnection,
      argumentRules: revision.mirrorsHeaders ? delivery : undefined,
      cancellation,
      outbox,
    };
  }
}

/** Of a stream, the answer when it is over. */
function untilOver(reply: Reply): Eventually<Reply> {
  if (reply.kind !== 'lasting') return reply;
  const { stream } = reply;
  return new Promise<void>((resolve) => {
    stream.whenOver(resolve);
  }).then(() => stream.answer());
}

/** 2025-03-26 `basic/lifecycle#initialization`: initialize MUST NOT be part of a batch; it decides how the rest is understood. */
function withoutHandshake(message: Message): Message {
  if (message.kind !== 'request' || message.method !== 'initialize') return message;
  return { kind: 'invalid', id: message.id, reason: 'initialize must not be part of a batch' };
}

import type { JsonRpcRequest, Message } from '../../jsonrpc/message.js';
import { parseMessage } from '../../jsonrpc/parse-message.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import { lastly } from '../../promises/lastly.js';
import type { Catalog } from '../../registry/catalog.js';
import { StateSealer } from '../../sealing/state-sealer.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { TaskStore } from '../../stores/task-store.js';
import type { RequestInWork, EndpointServices } from '../call/call.js';
import type { CallListener, CallRecord } from '../calls/call-record.js';
import { CallObservation } from '../calls/call-observation.js';
import type { ObservedCall } from '../calls/observed-call.js';
import { endingOf, observedReply } from '../calls/reply-ending.js';
import { DecisionCounts } from '../authorization/decision-counts.js';
import { type Cancellation, Cancelling, neverCancelled } from '../cancellation/cancellation.js';
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
import { SupportedRevisions } from '../revisions/supported-revisions.js';
import { RunningRequests } from '../cancellation/running-requests.js';
import { AuthorizedBatch } from './authorized-batch.js';
import type { MessageStep } from './message-step.js';
import { answerStep, failingStep, invalidMessage, notificationStep, performStep, requestStep } from './message-step.js';
import { untilOver } from './until-over.js';
import { checkBatch, withoutHandshake } from './batch-rules.js';
import type { KnownPayload, ObservedDelivery } from './observe-request.js';
import { observeRequest, tellRefusal } from './observe-request.js';
import { AbandonedTasks } from '../task-calls/abandoned-tasks.js';
import { TaskServices } from '../tasks/task-services.js';

/** Options of a dispatcher, besides the catalog. */
export interface DispatcherOptions {
  readonly protocolVersions: readonly ProtocolVersion[];
  /** Time limit of a handler, in milliseconds, for items without one. */
  readonly timeoutMs: number;
  readonly reportError: ErrorReporter;
  /** Connects the processes that share the endpoint. */
  readonly bus: MessageBus;
  /** See `StateSealer`. */
  readonly requestStateKey: Uint8Array | string | undefined;
  /** Remembers used sealed state. Default: none, and state may be used again until it ends. */
  readonly replay?: ReplayStore | undefined;
  readonly taskStore: TaskStore;
  /** Tasks that one caller may have running or waiting at once. */
  readonly maxRunningTasks: number;
  /** Default: those of `defaultPrincipalLimits`. */
  readonly limits?: PrincipalLimits;
  /** Default: `http`. */
  readonly transport?: CallRecord['transport'];
  readonly onCall?: CallListener | undefined;
  /** Path of the endpoint, if the app sets it. */
  readonly path?: string | undefined;
}

/**
 * Takes a JSON value through the phases: classify, check the envelope, look up, authorize, validate, invoke, respond. It is independent
 * of the transport and returns the text to send.
 */
export class Dispatcher {
  readonly revisions: SupportedRevisions;
  readonly endpoint: EndpointServices;
  readonly running: RunningRequests;
  readonly taskKeeper: AbandonedTasks;

  constructor(catalog: Catalog, options: DispatcherOptions) {
    const { timeoutMs, reportError, bus, requestStateKey, taskStore, maxRunningTasks } = options;
    const { transport = 'http', onCall, path = null } = options;
    const name = JSON.stringify([catalog.serverInfo.name, path]);
    this.revisions = new SupportedRevisions(options.protocolVersions);
    this.running = new RunningRequests(bus);
    const limits = new Limits(options.limits ?? defaultPrincipalLimits);
    this.endpoint = {
      catalog,
      name,
      supportedVersions: this.revisions.versions,
      timeoutMs,
      reportError,
      sealer: new StateSealer(requestStateKey),
      replay: options.replay,
      changes: new ChangeNotifier(catalog, bus, name),
      pending: new PendingRequests(bus),
      tasks: new TaskServices(taskStore, bus, maxRunningTasks, () => {
        limits.hits.count('too_many_tasks');
      }),
      limits,
      calls: new CallObservation({ transport, onCall, reportError }),
      decisions: new DecisionCounts(),
    };
    this.taskKeeper = new AbandonedTasks(this.endpoint, (version) => this.revisions.get(version));
  }

  /**
   * Stops listening to changes, and stops the work on tasks.
   *
   * @param taskGraceSeconds - how long tasks get to finish
   */
  async close(taskGraceSeconds = 0): Promise<void> {
    await this.taskKeeper.close(taskGraceSeconds * 1000);
    await Promise.all([this.endpoint.changes.close(), this.endpoint.pending.close(), this.running.close()]);
  }

  /**
   * @param payload - the JSON value of a body or a line
   * @param delivery - the sender and the transport's rules
   * @returns or promises the reply
   * @throws UnauthorizedError, InvalidTokenError or InsufficientScopeError if refusals are thrown
   */
  dispatch(payload: unknown, delivery: IncomingDelivery): Eventually<Reply> {
    return Array.isArray(payload) ? this.#dispatchBatch(payload, delivery) : this.#dispatchOne(payload, delivery);
  }

  /**
   * Tells listeners about requests that the transport refused before dispatch. Makes no records without listeners.
   *
   * @param payload - the JSON value of the body or line, or a request that is only known by header fields
   * @param error - the reason
   */
  refuse(payload: KnownPayload, delivery: ObservedDelivery, error: unknown): void {
    if (this.endpoint.calls.isActive) tellRefusal(payload, delivery, this, error);
  }

  #dispatchOne(payload: unknown, delivery: IncomingDelivery): Eventually<Reply> {
    const message = parseMessage(payload);
    const { calls } = this.endpoint;
    if (message.kind !== 'request' || !calls.isActive) return this.#answer(message, delivery);
    const observed = observeRequest(message, delivery, this, delivery.payloadBytes);
    const answer = (): Eventually<Reply> =>
      andThen(this.#answer(message, delivery, observed), (reply) => observedReply(reply, observed, calls));
    return calls.observe(observed, answer, endingOf);
  }

  #answer(message: Message, delivery: IncomingDelivery, observed?: ObservedCall): Eventually<Reply> {
    return andThen(this.#prepare(message, delivery, observed), (step) => {
      const reply = (): Eventually<Reply> => {
        const performed = andThen(authorizeMessages([step], delivery, this.endpoint), ([decision]) =>
          performStep(step, decision, delivery),
        );
        return delivery.letsStreamsLast === true ? performed : andThen(performed, untilOver);
      };
      return step.finish === undefined ? reply() : lastly(reply, step.finish);
    });
  }

  async #dispatchBatch(payload: readonly unknown[], delivery: IncomingDelivery): Promise<Reply> {
    try {
      checkBatch(payload, delivery.versions, this);
    } catch (error) {
      this.refuse({ read: payload }, delivery, error);
      throw error;
    }
    const messages = payload.map(parseMessage);
    const batch = new AuthorizedBatch(messages.length, (steps) => authorizeMessages(steps, delivery, this.endpoint));
    try {
      return replyToBatch(
        await Promise.all(messages.map((message, index) => this.#answerInBatch(message, delivery, { batch, index }))),
      );
    } finally {
      for (const step of batch.steps) step.finish?.();
    }
  }

  async #answerInBatch(
    message: Message,
    delivery: IncomingDelivery,
    { batch, index }: { readonly batch: AuthorizedBatch; readonly index: number },
  ): Promise<Reply> {
    const { calls } = this.endpoint;
    const isObserved = message.kind === 'request' && calls.isActive;
    const observed = isObserved ? observeRequest(message, delivery, this) : undefined;
    const answer = async (): Promise<Reply> => {
      const step = await this.#prepare(withoutHandshake(message), delivery, observed);
      const { refusedCalls } = delivery;
      // A refusal by one handler must not become the answer to other messages.
      return performStep(step, await batch.decisionAbout(step, index), { refusalsAre: 'answered', refusedCalls });
    };
    return observed === undefined ? answer() : calls.observe(observed, answer, endingOf);
  }

  /** Phases 1 to 3. A failure becomes a step that fails in its turn, after authorizing like any other. */
  #prepare(message: Message, delivery: IncomingDelivery, observed?: ObservedCall): Eventually<MessageStep> {
    const { connection } = delivery;
    if (message.kind === 'invalid') {
      return failingStep(invalidMessage(message.reason, message.id), observed);
    }
    if (message.kind === 'response') {
      if (connection !== undefined) return answerStep(message, this.endpoint.pending, connection);
      return failingStep(invalidMessage('this server sent no request that could be answered'));
    }
    try {
      // The record has already resolved the revision.
      const revision = observed?.revision ?? this.revisions.resolve(message, delivery.versions);
      return message.kind === 'notification'
        ? notificationStep(message, connection)
        : this.#prepareRequest(message, revision, delivery, observed);
    } catch (error) {
      const request = message.kind === 'request' ? message : undefined;
      return failingStep({ error, id: request?.id, request }, observed);
    }
  }

  #prepareRequest(
    request: JsonRpcRequest,
    revision: Revision,
    delivery: IncomingDelivery,
    observed: ObservedCall | undefined,
  ): Eventually<MessageStep> {
    const { connection, disconnect } = delivery;
    if (connection === undefined) {
      const cancellation = revision.disconnectCancels ? disconnect : neverCancelled;
      return requestStep(this.#callOf(request, revision, delivery, cancellation, observed));
    }
    const cancelled = new Cancelling();
    // Before any lookup, so that a cancellation that follows at once finds the request.
    const finish = this.running.add(connection.id, request.id, cancelled);
    const stopForwarding = revision.disconnectCancels
      ? disconnect.onCancelled(() => {
          cancelled.cancel(disconnect.reason);
        })
      : undefined;
    return andThen(requestStep(this.#callOf(request, revision, delivery, cancelled, observed)), (step) => ({
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
    observed: ObservedCall | undefined,
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
      argumentRules: delivery,
      cancellation,
      outbox,
      observed,
    };
  }
}

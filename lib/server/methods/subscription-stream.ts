import { buildNotification } from '../../jsonrpc/build-message.js';
import { buildResultResponse } from '../../jsonrpc/build-response.js';
import type { Params, RequestId } from '../../jsonrpc/message.js';
import type { RequestInWork, EndpointServices } from '../call/call.js';
import type { Caller } from '../authorization/caller.js';
import type { Cancellation } from '../cancellation/cancellation.js';
import type { Holder } from '../limits/principal-limit.js';
import type { Outbox } from '../transport/outbox.js';
import type { Reply } from '../transport/outgoing-reply.js';
import { LastingStream, cancelled } from '../transport/outgoing-reply.js';
import type { Revision } from '../revisions/revision.js';
import { metaKeys } from '../revisions/modern.js';
import type { ChangeFilter, ChangeListener } from '../notifications/change-subscription.js';
import { ChangeSubscription } from '../notifications/change-subscription.js';
import { TaskSubscription } from '../task-calls/task-subscription.js';

/** The accepted part of the changes that the client wants to hear of. */
export interface SubscriptionFilter extends ChangeFilter {
  readonly resources: ReadonlySet<string>;
  /** Ids. */
  readonly tasks: ReadonlySet<string>;
}

/** The part about the catalog. */
type CatalogFilter = Pick<SubscriptionFilter, 'lists' | 'resources'>;

/**
 * An open `subscriptions/listen`. Many of them wait for hours, so each keeps little: no promise of the request's way, and only the id
 * of the request itself.
 */
export class SubscriptionStream extends LastingStream implements Holder, ChangeListener {
  readonly caller: Caller;
  readonly interest: CatalogFilter;
  readonly #id: RequestId;
  readonly #endpoint: EndpointServices;
  readonly #outbox: Outbox;
  readonly #revision: Revision;
  readonly #cancellation: Cancellation;
  #subscription: ChangeSubscription | undefined;
  #news: TaskSubscription | undefined;
  #stopWaiting: (() => void) | undefined;
  #acknowledged: Promise<void> | undefined;
  #isOver = false;
  #onOver: (() => void) | undefined;

  private constructor(
    { caller, request, endpoint, outbox, revision, cancellation }: RequestInWork,
    interest: SubscriptionFilter,
  ) {
    super();
    this.caller = caller;
    this.interest = shared(interest);
    this.#id = request.id;
    this.#endpoint = endpoint;
    this.#outbox = outbox;
    this.#revision = revision;
    this.#cancellation = cancellation;
  }

  /**
   * Opens one, which counts as a stream of its caller until its end.
   *
   * @param notifications - for the acknowledgement
   */
  static async open(
    call: RequestInWork,
    interest: SubscriptionFilter,
    notifications: Params,
  ): Promise<SubscriptionStream> {
    const stream = new SubscriptionStream(call, interest);
    try {
      await stream.#begin(call, interest.tasks, notifications);
    } catch (error) {
      stream.#stop();
      throw error;
    }
    return stream;
  }

  get meta(): Params {
    return { [metaKeys.subscriptionId]: this.#id };
  }

  async send(message: string): Promise<void> {
    await this.#acknowledged;
    await this.#outbox.send(message);
  }

  /** Calls a listener when the client goes away, or the server closes the stream. */
  whenOver(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#onOver = listener;
  }

  /** The answer at the end (`basic/patterns/subscriptions#graceful-closure`: SHOULD respond before closing the stream). */
  async answer(): Promise<Reply> {
    if (!this.#cancellation.isCancelled) await this.#outbox.farewell?.(this.#id);
    // A client that has gone away gets no answer.
    if (this.#cancellation.isCancelled) return cancelled;
    const result = this.#revision.completeResult({ _meta: this.meta }, this.#endpoint.catalog.serverInfo);
    return { kind: 'message', text: buildResultResponse(this.#id, result), status: 200 };
  }

  async #begin(call: RequestInWork, tasks: SubscriptionFilter['tasks'], notifications: Params): Promise<void> {
    const { changes, limits } = this.#endpoint;
    limits.streams?.take(this);
    const subscription = new ChangeSubscription(this.#endpoint, this);
    this.#subscription = subscription;
    // The acknowledgement MUST come first, and changes that happen meanwhile must not be missed.
    changes.listen(subscription, this.interest);
    const params = { _meta: this.meta, notifications };
    this.#acknowledged = this.#outbox.send(buildNotification('notifications/subscriptions/acknowledged', params));
    // It keeps the whole call, so it is only made for clients that listen to tasks.
    if (tasks.size > 0) {
      this.#news = new TaskSubscription(call, tasks, this.meta, (message) => this.send(message));
    }
    await this.#acknowledged;
    this.#acknowledged = undefined;
    const end = (): void => {
      this.#end();
    };
    // The cancellation belongs to this call and ends with it; an outbox may be shared.
    this.#cancellation.onCancelled(end);
    this.#stopWaiting = this.#outbox.onEnding(end);
    if (this.#isOver) this.#stop();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stop();
    this.#onOver?.();
  }

  #stop(): void {
    this.#endpoint.limits.streams?.release(this);
    if (this.#subscription !== undefined) this.#endpoint.changes.forget(this.#subscription, this.interest);
    this.#subscription?.close();
    this.#news?.close();
    this.#stopWaiting?.();
  }
}

const usual = new Map<string, CatalogFilter>();

/** Most clients listen to lists and no resources. These filters are shared, since there are only eight. */
function shared({ lists, resources }: SubscriptionFilter): CatalogFilter {
  if (resources.size > 0) return { lists, resources };
  const key = [...lists].join();
  const interest = usual.get(key) ?? { lists, resources };
  usual.set(key, interest);
  return interest;
}

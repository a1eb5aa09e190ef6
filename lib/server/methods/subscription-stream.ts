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

/** What is honoured of what the client wants to hear of. */
export interface SubscriptionFilter extends ChangeFilter {
  readonly resources: ReadonlySet<string>;
  /** Ids. */
  readonly tasks: ReadonlySet<string>;
}

/** The part of it that the catalog tells of. */
type CatalogFilter = Pick<SubscriptionFilter, 'lists' | 'resources'>;

/**
 * An open `subscriptions/listen`. Many of them wait for hours, so that this is all that is kept meanwhile: nobody waits for a promise
 * on the way of the request, and of the request itself there is only the id.
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
   * Opens one, which counts as a stream of its caller until it is over.
   *
   * @param notifications - what the acknowledgement says
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

  /** Calls a listener when the client has had enough, or the server wants to close the stream. */
  whenOver(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#onOver = listener;
  }

  /** What is answered in the end (`basic/patterns/subscriptions#graceful-closure`: SHOULD respond before closing the stream). */
  async answer(): Promise<Reply> {
    if (!this.#cancellation.isCancelled) await this.#outbox.farewell?.(this.#id);
    // Who has gone away is told nothing.
    if (this.#cancellation.isCancelled) return cancelled;
    const result = this.#revision.completeResult({ _meta: this.meta }, this.#endpoint.catalog.serverInfo);
    return { kind: 'message', text: buildResultResponse(this.#id, result), status: 200 };
  }

  async #begin(call: RequestInWork, tasks: SubscriptionFilter['tasks'], notifications: Params): Promise<void> {
    const { changes, limits } = this.#endpoint;
    limits.streams?.take(this);
    const subscription = new ChangeSubscription(this.#endpoint, this);
    this.#subscription = subscription;
    // The acknowledgement MUST come first, and changes that happen meanwhile are not to be missed.
    changes.listen(subscription, this.interest);
    const params = { _meta: this.meta, notifications };
    this.#acknowledged = this.#outbox.send(buildNotification('notifications/subscriptions/acknowledged', params));
    // It keeps the whole call, so that it is there only for those who ask for it.
    if (tasks.size > 0) {
      this.#news = new TaskSubscription(call, tasks, this.meta, (message) => this.send(message));
    }
    await this.#acknowledged;
    this.#acknowledged = undefined;
    const end = (): void => {
      this.#end();
    };
    // What can be cancelled is this call alone, and gone with it; an outbox may be there for others.
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

/** What most listen to, lists and no resources, is kept once for all of them: there are eight such interests. */
function shared({ lists, resources }: SubscriptionFilter): CatalogFilter {
  if (resources.size > 0) return { lists, resources };
  const key = [...lists].join();
  const interest = usual.get(key) ?? { lists, resources };
  usual.set(key, interest);
  return interest;
}

import type { RequestId } from '../jsonrpc/message.js';
import type { MessageBus } from '../stores/message-bus.js';

const topic = 'cancelled';

/** Requests that are being worked on, so that a client can call one off, in whichever process it runs. */
export class RunningRequests {
  readonly #bus: MessageBus;
  readonly #subscribed: Promise<() => Promise<void>>;
  readonly #controllers = new Map<string, AbortController>();

  constructor(bus: MessageBus) {
    this.#bus = bus;
    // A bus that cannot be reached costs cancellations of other processes, not the start of this one.
    this.#subscribed = bus.subscribe(topic, (key) => this.#controllers.get(key)?.abort());
    this.#subscribed.catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#subscribed.then((unsubscribe) => unsubscribe()).catch(() => undefined);
  }

  /**
   * Remembers a request while it runs.
   *
   * @param connectionId - where it came from
   * @returns a function to call when it is over
   */
  add(connectionId: string, id: RequestId, controller: AbortController): () => void {
    const key = keyOf(connectionId, id);
    this.#controllers.set(key, controller);
    return () => {
      if (this.#controllers.get(key) === controller) this.#controllers.delete(key);
    };
  }

  /** Calls a request off. Nothing happens when it is over already (`basic/patterns/cancellation#timing-considerations`). */
  cancel(connectionId: string, id: RequestId): void {
    const key = keyOf(connectionId, id);
    const controller = this.#controllers.get(key);
    if (controller !== undefined) controller.abort();
    // Lost with the bus, a cancellation costs work that nobody waits for.
    else this.#bus.publish(topic, key).catch(() => undefined);
  }

  /** Calls everything off. */
  cancelAll(): void {
    for (const controller of this.#controllers.values()) controller.abort();
  }
}

function keyOf(connectionId: string, id: RequestId): string {
  return JSON.stringify([connectionId, id]);
}

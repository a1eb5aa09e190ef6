import type { RequestId } from '../jsonrpc/message.js';
import type { MessageBus } from '../stores/message-bus.js';

const topic = 'cancelled';

/** Requests that are being worked on, so that a client can call one off, in whichever process it runs. */
export class RunningRequests {
  readonly #bus: MessageBus | undefined;
  readonly #controllers = new Map<string, AbortController>();
  #listening: Promise<unknown> | undefined;

  /** @param bus - undefined when there is no other process that a cancellation could arrive in */
  constructor(bus: MessageBus | undefined) {
    this.#bus = bus;
  }

  /**
   * Remembers a request while it runs.
   *
   * @param connectionId - where it came from
   * @returns a function to call when it is over
   */
  add(connectionId: string, id: RequestId, controller: AbortController): () => void {
    this.#listening ??= this.#bus?.subscribe(topic, (key) => this.#controllers.get(key)?.abort());
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
    else this.#bus?.publish(topic, key).catch(() => undefined);
  }

  /** Calls everything off. */
  cancelAll(): void {
    for (const controller of this.#controllers.values()) controller.abort();
  }
}

function keyOf(connectionId: string, id: RequestId): string {
  return JSON.stringify([connectionId, id]);
}

import { displayName } from '../../errors/display-name.js';
import type { RequestId } from '../../jsonrpc/message.js';
import { parseJson } from '../../jsonrpc/parse-message.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { Cancelling } from './cancellation.js';
import { publishQuietly, subscribeQuietly } from '../../stores/best-effort-bus.js';

const topic = 'cancelled';
const longestReason = 200;

/** Requests that are being worked on, so that a client can call one off, in whichever process it runs. */
export class RunningRequests {
  readonly #bus: MessageBus;
  readonly #subscribed: Promise<() => Promise<void>>;
  readonly #running = new Map<string, Cancelling>();

  constructor(bus: MessageBus) {
    this.#bus = bus;
    // A bus that cannot be reached costs cancellations of other processes, not the start of this one.
    this.#subscribed = subscribeQuietly(bus, topic, (text) => {
      const [key, reason] = parseJson(text) as readonly [string, string?];
      this.#running.get(key)?.cancel(calledOff(reason));
    });
  }

  async close(): Promise<void> {
    const unsubscribe = await this.#subscribed;
    await unsubscribe();
  }

  /** How many there are. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Remembers a request while it runs.
   *
   * @param connectionId - where it came from
   * @returns a function to call when it is over
   */
  add(connectionId: string, id: RequestId, request: Cancelling): () => void {
    const key = keyOf(connectionId, id);
    this.#running.set(key, request);
    return () => {
      if (this.#running.get(key) === request) this.#running.delete(key);
    };
  }

  /**
   * Calls a request off. Nothing happens when it is over already (`basic/patterns/cancellation#timing-considerations`).
   *
   * @param reason - what the client says about it
   */
  cancel(connectionId: string, id: RequestId, reason?: string): void {
    const key = keyOf(connectionId, id);
    const request = this.#running.get(key);
    if (request !== undefined) {
      request.cancel(calledOff(reason));
      return;
    }
    // Lost with the bus, a cancellation costs work that nobody waits for.
    const called = reason === undefined ? [key] : [key, reason.slice(0, longestReason)];
    publishQuietly(this.#bus, topic, JSON.stringify(called));
  }

  /** Calls everything off. */
  cancelAll(): void {
    for (const request of this.#running.values()) request.cancel();
  }
}

/** #implementation-notes: apps SHOULD log the reason. It came from a client, so it is made fit for a log. */
function calledOff(reason: string | undefined): DOMException {
  const text = reason === undefined ? '' : `: ${displayName(reason)}`;
  return new DOMException(`The client called the request off${text}`, 'AbortError');
}

function keyOf(connectionId: string, id: RequestId): string {
  return JSON.stringify([connectionId, id]);
}

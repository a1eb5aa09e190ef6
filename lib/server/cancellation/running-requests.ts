import { displayName } from '../../errors/display-name.js';
import type { RequestId } from '../../jsonrpc/message.js';
import { parseJson } from '../../jsonrpc/parse-message.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { Cancelling } from './cancellation.js';
import { publishQuietly, subscribeQuietly } from '../../stores/best-effort-bus.js';

const topic = 'cancelled';
const maxReasonLength = 200;

/** Requests in progress, so that a client can cancel one, in whichever process it runs. */
export class RunningRequests {
  readonly #bus: MessageBus;
  readonly #subscribed: Promise<() => Promise<void>>;
  readonly #running = new Map<string, Cancelling>();

  constructor(bus: MessageBus) {
    this.#bus = bus;
    // If the bus cannot be reached, only cancellations from other processes are lost; this process still starts.
    this.#subscribed = subscribeQuietly(bus, topic, (text) => {
      const [key, reason] = parseJson(text) as readonly [string, string?];
      this.#running.get(key)?.cancel(calledOff(reason));
    });
  }

  async close(): Promise<void> {
    const unsubscribe = await this.#subscribed;
    await unsubscribe();
  }

  /** Number of requests in progress. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Adds a request while it runs.
   *
   * @param connectionId - of the connection that it came on
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
   * Cancels a request. A finished one is left alone (`basic/patterns/cancellation#timing-considerations`).
   *
   * @param reason - the client's
   */
  cancel(connectionId: string, id: RequestId, reason?: string): void {
    const key = keyOf(connectionId, id);
    const request = this.#running.get(key);
    if (request !== undefined) {
      request.cancel(calledOff(reason));
      return;
    }
    // If the bus loses a cancellation, a handler works for no purpose.
    const called = reason === undefined ? [key] : [key, reason.slice(0, maxReasonLength)];
    publishQuietly(this.#bus, topic, JSON.stringify(called));
  }

  /** Cancels all requests. */
  cancelAll(): void {
    for (const request of this.#running.values()) request.cancel();
  }
}

/** #implementation-notes: apps SHOULD log the reason. The client wrote it, so it is cleaned for a log. */
function calledOff(reason: string | undefined): DOMException {
  const text = reason === undefined ? '' : `: ${displayName(reason)}`;
  return new DOMException(`The client called the request off${text}`, 'AbortError');
}

function keyOf(connectionId: string, id: RequestId): string {
  return JSON.stringify([connectionId, id]);
}

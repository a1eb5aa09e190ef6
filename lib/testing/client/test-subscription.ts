import type { ServerNotification } from './channel.js';
import { TestClientError } from './test-client-error.js';
import type { TestSubscription } from './test-client-types.js';

interface Listener {
  readonly hear: (notification: ServerNotification) => void;
  readonly fail: (error: unknown) => void;
}

/** Notifications of a `subscriptions/listen` request, in the order in which they came. */
export class QueuedSubscription implements TestSubscription {
  readonly #leaving = new AbortController();
  readonly #waiting: ServerNotification[] = [];
  readonly #listeners: Listener[] = [];
  #ended: unknown;

  /** For the request. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /** A notification came. */
  push(notification: ServerNotification): void {
    const listener = this.#listeners.shift();
    if (listener === undefined) this.#waiting.push(notification);
    else listener.hear(notification);
  }

  /** The server ended it, or the request failed. */
  end(reason: unknown): void {
    this.#ended ??= reason;
    for (const { fail } of this.#listeners.splice(0)) fail(this.#ended);
  }

  async next(timeoutMs = 5000): Promise<ServerNotification> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting;
    if (this.#ended !== undefined) throw this.#ended as Error;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#listeners.splice(this.#listeners.indexOf(listener), 1);
        reject(new TestClientError(`No notification came within ${String(timeoutMs)} ms`));
      }, timeoutMs);
      const listener: Listener = {
        hear: (notification) => {
          clearTimeout(timer);
          resolve(notification);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error instanceof Error ? error : new TestClientError(String(error)));
        },
      };
      this.#listeners.push(listener);
    });
  }

  close(): void {
    this.end(new TestClientError('The subscription was closed'));
    this.#leaving.abort();
  }
}

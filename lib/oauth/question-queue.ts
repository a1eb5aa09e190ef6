import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';

/** Limits of a {@link QuestionQueue}. */
export interface QueueLimits {
  /** Questions that are asked at the same time. */
  readonly running: number;
  /** Questions that wait for one of them to end. */
  readonly waiting: number;
  /** How long a question waits, in milliseconds. */
  readonly waitMs: number;
}

/**
 * The limits for questions to an authorization server.
 *
 * @param running - questions at the same time
 */
export function queueLimits(running: number): QueueLimits {
  return { running, waiting: running * 16, waitMs: 5000 };
}

/**
 * Asks a bounded number of questions at a time. Anybody can send invented tokens, and each of them is a request to the authorization
 * server with our credentials: a few run, some wait, and the rest is refused at once.
 */
export class QuestionQueue {
  readonly #limits: QueueLimits;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /**
   * Asks a question when there is room for it.
   *
   * @param question - asks
   * @throws what the question throws
   * @throws TemporarilyUnavailableError when too many wait already, or it waited too long
   */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limits.running) this.#running += 1;
    else await this.#room();
    try {
      return await question();
    } finally {
      this.#leave();
    }
  }

  /** Who leaves gives the place to the first who waits; nobody who comes meanwhile can take it. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #room(): Promise<void> {
    const { waiting, waitMs } = this.#limits;
    if (this.#waiting.size >= waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(begin);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(begin);
        reject(busy());
      }, waitMs);
      this.#waiting.add(begin);
    });
  }
}

function busy(): TemporarilyUnavailableError {
  return new TemporarilyUnavailableError(retryAfterSeconds.callEnds, {
    cause: new Error('Too many tokens wait to be asked about'),
  });
}

/**
 * Tells whether an answer is no longer wanted. It has the information of an `AbortSignal`, which is too costly to make for each
 * request: most end before their signal is read.
 */
export interface Cancellation {
  readonly isCancelled: boolean;
  /** The reason; undefined without one. */
  readonly reason: unknown;
  /**
   * @param listener - called once; at once if it has already happened
   * @returns a function that removes the listener
   */
  onCancelled(listener: () => void): () => void;
}

/** A cancellation that the server triggers. */
export class Cancelling implements Cancellation {
  readonly #listeners = new Set<() => void>();
  #isCancelled = false;
  #reason: unknown;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Number of listeners. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** The first reason counts. */
  cancel(reason?: unknown): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  onCancelled(listener: () => void): () => void {
    if (this.#isCancelled) {
      listener();
      return () => undefined;
    }
    // A new function for each, so that the same listener can be added twice.
    const own = (): void => {
      listener();
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}

/** For work that is never cancelled. */
export const neverCancelled: Cancellation = {
  isCancelled: false,
  reason: undefined,
  onCancelled: () => () => undefined,
};

/**
 * Whether nobody waits for an answer any more. It says what an `AbortSignal` says, but is asked instead of being made: most requests
 * are over before anybody wants to know, and a signal costs more than the rest of their way.
 */
export interface Cancellation {
  readonly isCancelled: boolean;
  /** Why; undefined when nobody said so. */
  readonly reason: unknown;
  /**
   * @param listener - called once; at once when it has happened already
   * @returns a function that stops listening
   */
  onCancelled(listener: () => void): () => void;
}

/** A cancellation that we bring about. */
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

  /** How many listen. */
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
    // A listener of its own for each, so that the same function can be there twice.
    const own = (): void => {
      listener();
    };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}

/** Of work that somebody waits for whatever happens. */
export const neverCancelled: Cancellation = {
  isCancelled: false,
  reason: undefined,
  onCancelled: () => () => undefined,
};

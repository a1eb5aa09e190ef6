import { isPromise } from '../../promises/and-then.js';
import type { Problem, ProblemListener } from './problem.js';

const betweenMs = 60_000;

/** More causes than one endpoint has; the oldest is forgotten then. */
const maxCauses = 100;

/** Tells each problem of an endpoint once a minute. */
export class ProblemLog {
  readonly #toldAt = new Map<string, number>();
  #acceptedLately = false;
  #silentUntil = 0;

  /** A token was accepted, so that what is wrong with others is not about all of them. */
  tokenAccepted(): void {
    this.#acceptedLately = true;
  }

  /** Whether no token was accepted for a minute. Asked about tokens that are refused. */
  get acceptsNone(): boolean {
    const now = performance.now();
    if (this.#acceptedLately) {
      this.#acceptedLately = false;
      this.#silentUntil = now + betweenMs;
    }
    return now >= this.#silentUntil;
  }

  /**
   * Tells a problem, unless it was told within the last minute.
   *
   * @param listener - who hears of it; what it throws or rejects with is ignored
   */
  tell(problem: Problem, listener: ProblemListener): void {
    const { code, message } = problem;
    const cause = `${code} ${message}`;
    const now = performance.now();
    if (now - (this.#toldAt.get(cause) ?? -Infinity) < betweenMs) return;
    this.#toldAt.delete(cause);
    this.#toldAt.set(cause, now);
    for (const [oldest] of this.#toldAt) {
      if (this.#toldAt.size <= maxCauses) break;
      this.#toldAt.delete(oldest);
    }
    try {
      const told = listener(Object.freeze(problem));
      if (isPromise(told)) Promise.resolve(told).catch(ignore);
    } catch {
      ignore();
    }
  }
}

/** A log that breaks must not turn a refusal into something else. */
function ignore(): void {
  // There is nobody left to tell.
}

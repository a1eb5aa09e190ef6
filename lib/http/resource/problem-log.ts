import { isPromise } from '../../promises/and-then.js';
import type { Problem, ProblemListener } from './problem.js';

const betweenMs = 60_000;

/** More causes than one endpoint has; beyond, the oldest is forgotten. */
const maxCauses = 100;

/** Reports each problem of an endpoint once a minute. */
export class ProblemLog {
  readonly #toldAt = new Map<string, number>();
  #acceptedLately = false;
  #silentUntil = 0;

  /** Notes that a token was accepted, so that a wrong audience of others does not concern all tokens. */
  tokenAccepted(): void {
    this.#acceptedLately = true;
  }

  /** Whether no token was accepted for a minute. Checked when a token is refused. */
  get acceptsNone(): boolean {
    const now = performance.now();
    if (this.#acceptedLately) {
      this.#acceptedLately = false;
      this.#silentUntil = now + betweenMs;
    }
    return now >= this.#silentUntil;
  }

  /**
   * Reports a problem, unless that was done within the last minute.
   *
   * @param listener - receives it; its errors and rejections are ignored
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
  // The listener failed; there is no other place to report to.
}

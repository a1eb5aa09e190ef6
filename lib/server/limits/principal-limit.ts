import type { LimitErrorCode, LimitFacts } from '../../errors/limit-error.js';
import { LimitError } from '../../errors/limit-error.js';
import type { Caller } from '../authorization/caller.js';
import { isSamePrincipal } from '../authorization/principal.js';

/** Something that a caller holds for a while: a call, a stream. */
export interface Holder {
  readonly caller: Caller;
}

/**
 * What all callers hold at this moment, of which each principal may hold so many. Nothing is counted as long as all of them together
 * hold less than one of them may; only then is it looked at whose they are. So a limit costs next to nothing until it matters.
 */
export class PrincipalLimit {
  readonly #holders = new Set<Holder>();
  readonly #most: number;
  readonly #code: LimitErrorCode;

  /**
   * @param most - for each principal
   * @param code - what is said beyond
   */
  constructor(most: number, code: LimitErrorCode) {
    this.#most = most;
    this.#code = code;
  }

  /** How many are held, by all. */
  get size(): number {
    return this.#holders.size;
  }

  /** @throws LimitError when the caller's principal holds as many as it may */
  assertRoom({ caller }: Holder, facts?: LimitFacts): void {
    if (this.#holders.size >= this.#most && this.#countOf(caller) >= this.#most) {
      throw new LimitError(this.#code, facts);
    }
  }

  /** To be released however it ends. Ask for room before. */
  take(holder: Holder): void {
    this.#holders.add(holder);
  }

  release(holder: Holder): void {
    this.#holders.delete(holder);
  }

  #countOf(caller: Caller): number {
    let count = 0;
    for (const holder of this.#holders) if (isSamePrincipal(holder.caller, caller)) count++;
    return count;
  }
}

import type { LimitErrorCode, LimitFacts } from '../../errors/limit-error.js';
import { LimitError } from '../../errors/limit-error.js';
import type { Caller } from '../authorization/caller.js';
import { isSamePrincipal } from '../authorization/principal.js';
import type { LimitHits } from './limit-hits.js';

/** A load of a caller: a call, a stream, bytes. */
export interface Holder {
  readonly caller: Caller;
  /** Its size. Default: 1. Only {@link PrincipalLimit.resize} changes it. */
  weight?: number;
}

/** Maximum sums; Infinity for no limit. */
export interface Shares {
  readonly perPrincipal: number;
  /** For all principals. */
  readonly together: number;
}

/** Codes of the errors. */
export interface LimitCodes {
  /** The principal has its maximum. */
  readonly perPrincipal: LimitErrorCode;
  /** All together have so much that there is no room for this. */
  readonly together: LimitErrorCode;
}

/**
 * Sums the loads of callers. A principal may have its maximum, but never more than half of what is free. So many principals that fill
 * the limit get less each, and there is room left for a newcomer. (Switches share a buffer by the same dynamic threshold.)
 *
 * Sums per principal are only made when the total reaches a size that could be too much for one. So the common case costs next to
 * nothing.
 */
export class PrincipalLimit {
  readonly #holders = new Set<Holder>();
  readonly #shares: Shares;
  readonly #codes: LimitCodes;
  readonly #hits: LimitHits | undefined;
  /** The total up to which no principal can have too much. */
  readonly #unasked: number;
  #held = 0;

  /** @param hits - counts refusals */
  constructor(shares: Shares, codes: LimitCodes, hits?: LimitHits) {
    this.#hits = hits;
    this.#shares = shares;
    this.#codes = codes;
    // If one principal has all of it, this is half of what is free then.
    this.#unasked = Math.min(shares.perPrincipal, Math.floor(shares.together / 3));
  }

  /** The total of all principals. */
  get size(): number {
    return this.#held;
  }

  /** The maximum for one principal if all others have no load. */
  get maxForOne(): number {
    return this.#unasked;
  }

  /**
   * Whether the caller's principal has room for more.
   *
   * @returns undefined if so; else the code of the error
   */
  lack({ caller }: Pick<Holder, 'caller'>, weight = 1): LimitErrorCode | undefined {
    if (this.#held + weight <= this.#unasked) return undefined;
    const held = this.#heldBy(caller) + weight;
    if (held > this.#shares.perPrincipal) return this.#codes.perPrincipal;
    return held > (this.#shares.together - this.#held) / 2 ? this.#codes.together : undefined;
  }

  /** @throws LimitError if the caller's principal has no room for more */
  assertRoom(holder: Pick<Holder, 'caller'>, weight = 1, facts?: LimitFacts): void {
    const code = this.lack(holder, weight);
    if (code === undefined) return;
    this.#hits?.count(code);
    throw new LimitError(code, facts);
  }

  /** Adds a load, to be released however it ends. Check for room before. */
  take(holder: Holder): void {
    if (this.#holders.has(holder)) return;
    this.#holders.add(holder);
    this.#held += weightOf(holder);
  }

  /** Changes the size of a load. Check for room before. */
  resize(holder: Holder, weight: number): void {
    if (this.#holders.has(holder)) this.#held += weight - weightOf(holder);
    holder.weight = weight;
  }

  release(holder: Holder): void {
    if (this.#holders.delete(holder)) this.#held -= weightOf(holder);
  }

  #heldBy(caller: Caller): number {
    let held = 0;
    for (const holder of this.#holders) if (isSamePrincipal(holder.caller, caller)) held += weightOf(holder);
    return held;
  }
}

function weightOf({ weight = 1 }: Holder): number {
  return weight;
}

import type { LimitErrorCode, LimitFacts } from '../../errors/limit-error.js';
import { LimitError } from '../../errors/limit-error.js';
import type { Caller } from '../authorization/caller.js';
import { isSamePrincipal } from '../authorization/principal.js';
import type { LimitHits } from './limit-hits.js';

/** Something that a caller holds for a while: a call, a stream, bytes. */
export interface Holder {
  readonly caller: Caller;
  /** How much it is. Default: 1. Changed by {@link PrincipalLimit.resize} only. */
  weight?: number;
}

/** How much may be held at once; Infinity for no limit. */
export interface Shares {
  readonly perPrincipal: number;
  /** By all principals. */
  readonly together: number;
}

/** The errors that say so. */
export interface LimitCodes {
  /** The principal holds as much as it may. */
  readonly perPrincipal: LimitErrorCode;
  /** All together hold so much that there is no room for this. */
  readonly together: LimitErrorCode;
}

/**
 * What callers hold at this moment. A principal may hold so much, and never more than half of what is free: so many principals that fill
 * it together each get less, and there is room left for one that holds little (the dynamic threshold that switches share a buffer by).
 *
 * Whose it is, is not asked before all of it together could be too much for one. So a limit costs next to nothing until it matters.
 */
export class PrincipalLimit {
  readonly #holders = new Set<Holder>();
  readonly #shares: Shares;
  readonly #codes: LimitCodes;
  readonly #hits: LimitHits | undefined;
  /** Up to which no principal can hold too much. */
  readonly #unasked: number;
  #held = 0;

  /** @param hits - counts how often there is no room */
  constructor(shares: Shares, codes: LimitCodes, hits?: LimitHits) {
    this.#hits = hits;
    this.#shares = shares;
    this.#codes = codes;
    // If one principal holds all of it, this is half of what is free then.
    this.#unasked = Math.min(shares.perPrincipal, Math.floor(shares.together / 3));
  }

  /** What is held, by all. */
  get size(): number {
    return this.#held;
  }

  /** What one principal may hold if nobody else holds anything. */
  get mostForOne(): number {
    return this.#unasked;
  }

  /**
   * Whether the caller's principal may hold so much more.
   *
   * @returns undefined if so; else the code of the error
   */
  lack({ caller }: Pick<Holder, 'caller'>, weight = 1): LimitErrorCode | undefined {
    if (this.#held + weight <= this.#unasked) return undefined;
    const held = this.#heldBy(caller) + weight;
    if (held > this.#shares.perPrincipal) return this.#codes.perPrincipal;
    return held > (this.#shares.together - this.#held) / 2 ? this.#codes.together : undefined;
  }

  /** @throws LimitError when the caller's principal may not hold so much more */
  assertRoom(holder: Pick<Holder, 'caller'>, weight = 1, facts?: LimitFacts): void {
    const code = this.lack(holder, weight);
    if (code === undefined) return;
    this.#hits?.count(code);
    throw new LimitError(code, facts);
  }

  /** To be released however it ends. Ask for room before. */
  take(holder: Holder): void {
    if (this.#holders.has(holder)) return;
    this.#holders.add(holder);
    this.#held += weightOf(holder);
  }

  /** Holds more or less than before. Ask for room before. */
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

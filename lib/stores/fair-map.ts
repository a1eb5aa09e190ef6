import type { Ranked } from './largest-first.js';
import { LargestFirst } from './largest-first.js';
import { OldestFirst } from './oldest-first.js';

/** A value with its owner, weight and end. */
interface Entry<V> {
  readonly value: V;
  readonly owner: string;
  weight: number;
  until: number;
}

/** Maximum sizes of a {@link FairMap}. */
export interface FairMapLimits {
  readonly entries: number;
  /** Maximum sum over all entries. */
  readonly weight: number;
}

/** The entries of one owner. */
interface Share {
  readonly entries: OldestFirst<Entry<unknown>>;
  weight: number;
  readonly byWeight: Ranked;
  readonly byNumber: Ranked;
}

/**
 * A map that evicts entries when their time is over. If it is full, it evicts the oldest entry of the owner with the most. So an owner
 * who fills it loses their own entries, and others keep theirs.
 */
export class FairMap<V> {
  readonly #entries = new OldestFirst<Entry<V>>();
  readonly #shares = new Map<string, Share>();
  readonly #heaviest = new LargestFirst<Share>(
    ({ weight }) => weight,
    ({ byWeight }) => byWeight,
  );
  readonly #mostEntries = new LargestFirst<Share>(
    ({ entries }) => entries.size,
    ({ byNumber }) => byNumber,
  );
  readonly #limits: FairMapLimits;
  #weight = 0;
  #evicted = 0;

  constructor(limits: FairMapLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many entries had to make room for others so far. */
  get evicted(): number {
    return this.#evicted;
  }

  /** The value, if its time is not over. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > Date.now()) return entry.value;
    this.delete(key);
    return undefined;
  }

  /**
   * Keeps a value, in place of an older one.
   *
   * @param about - whose it is, what it weighs, and for how many seconds it is kept; 0 seconds keeps nothing
   */
  set(
    key: string,
    value: V,
    about: { readonly owner: string; readonly weight: number; readonly seconds: number },
  ): void {
    this.delete(key);
    const { owner, weight, seconds } = about;
    if (seconds <= 0) return;
    this.dropEnded();
    this.#add(key, { value, owner, weight, until: Date.now() + seconds * 1000 });
    this.#makeRoom();
  }

  /** Renews the time of an entry. */
  touch(key: string, seconds: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.delete(key);
    if (seconds <= 0) return;
    entry.until = Date.now() + seconds * 1000;
    this.#add(key, entry);
  }

  /** Sets a new weight. */
  resize(key: string, weight: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.delete(key);
    entry.weight = weight;
    this.#add(key, entry);
    this.#makeRoom();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    const share = this.#shares.get(entry.owner);
    if (share === undefined) return;
    share.entries.delete(key);
    share.weight -= entry.weight;
    if (share.entries.size > 0) {
      this.#rank(share);
      return;
    }
    this.#shares.delete(entry.owner);
    this.#heaviest.delete(share);
    this.#mostEntries.delete(share);
  }

  clear(): void {
    this.#entries.clear();
    this.#shares.clear();
    this.#heaviest.clear();
    this.#mostEntries.clear();
    this.#weight = 0;
  }

  /** Milliseconds until an entry expires; undefined if there is none. */
  remainingMs(key: string): number | undefined {
    const entry = this.#entries.get(key);
    const left = entry === undefined ? 0 : entry.until - Date.now();
    return left > 0 ? left : undefined;
  }

  /** Number and weight of an owner's entries. */
  held(owner: string): { readonly entries: number; readonly weight: number } {
    const share = this.#shares.get(owner);
    return { entries: share?.entries.size ?? 0, weight: share?.weight ?? 0 };
  }

  /** Drops entries whose time is over. They are in the order of their last use, so the first live one ends the search. */
  dropEnded(): void {
    const now = Date.now();
    for (let oldest = this.#entries.oldest(); oldest !== undefined; oldest = this.#entries.oldest()) {
      const [key, { until }] = oldest;
      if (until > now) break;
      this.delete(key);
    }
  }

  #add(key: string, entry: Entry<V>): void {
    this.#entries.add(key, entry);
    this.#weight += entry.weight;
    const share = this.#shares.get(entry.owner) ?? newShare();
    share.entries.add(key, entry);
    share.weight += entry.weight;
    this.#shares.set(entry.owner, share);
    this.#rank(share);
  }

  #makeRoom(): void {
    while (this.#weight > this.#limits.weight) this.#dropOldestOf(this.#heaviest.largest());
    while (this.#entries.size > this.#limits.entries) this.#dropOldestOf(this.#mostEntries.largest());
  }

  #rank(share: Share): void {
    this.#heaviest.update(share);
    this.#mostEntries.update(share);
  }

  #dropOldestOf(share: Share | undefined): void {
    const oldest = share?.entries.oldest();
    if (oldest === undefined) return;
    this.delete(oldest[0]);
    this.#evicted += 1;
  }
}

function newShare(): Share {
  return { entries: new OldestFirst(), weight: 0, byWeight: { place: -1 }, byNumber: { place: -1 } };
}

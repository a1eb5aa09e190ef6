import { OldestFirst } from './oldest-first.js';

/** What is kept under one key. */
interface Entry<V> {
  readonly value: V;
  readonly owner: string;
  weight: number;
  until: number;
}

/** How much a {@link FairMap} holds. */
export interface FairMapLimits {
  readonly entries: number;
  /** Of all entries together. */
  readonly weight: number;
}

/** What owners have there. */
interface Share {
  readonly entries: OldestFirst<Entry<unknown>>;
  weight: number;
}

/**
 * A map that forgets: every entry when its time is over, and when there is too much, the oldest entry of the owner who has most. So who
 * fills it pushes out what is their own, and nothing of those who have little.
 */
export class FairMap<V> {
  readonly #entries = new OldestFirst<Entry<V>>();
  readonly #shares = new Map<string, Share>();
  readonly #limits: FairMapLimits;
  #weight = 0;

  constructor(limits: FairMapLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, when there is one whose time is not over. */
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
   * @param about - whose it is, what it weighs, and for how many seconds it is kept; nothing is kept for no time
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

  /** Keeps an entry that was used for so long from now on. */
  touch(key: string, seconds: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.delete(key);
    if (seconds <= 0) return;
    entry.until = Date.now() + seconds * 1000;
    this.#add(key, entry);
  }

  /** Something became larger or smaller. */
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
    if (share.entries.size === 0) this.#shares.delete(entry.owner);
  }

  clear(): void {
    this.#entries.clear();
    this.#shares.clear();
    this.#weight = 0;
  }

  /** What an owner has there. */
  held(owner: string): { readonly entries: number; readonly weight: number } {
    const share = this.#shares.get(owner);
    return { entries: share?.entries.size ?? 0, weight: share?.weight ?? 0 };
  }

  /** Forgets what has ended. Entries are in the order in which they were used, so the first that is alive ends the search. */
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
    const share = this.#shares.get(entry.owner) ?? { entries: new OldestFirst(), weight: 0 };
    share.entries.add(key, entry);
    share.weight += entry.weight;
    this.#shares.set(entry.owner, share);
  }

  #makeRoom(): void {
    while (this.#weight > this.#limits.weight) this.#dropOldestOf(this.#largest(({ weight }) => weight));
    while (this.#entries.size > this.#limits.entries) this.#dropOldestOf(this.#largest(({ entries }) => entries.size));
  }

  #largest(measure: (share: Share) => number): Share | undefined {
    let largest: Share | undefined;
    for (const share of this.#shares.values()) {
      if (largest === undefined || measure(share) > measure(largest)) largest = share;
    }
    return largest;
  }

  #dropOldestOf(share: Share | undefined): void {
    const oldest = share?.entries.oldest();
    if (oldest !== undefined) this.delete(oldest[0]);
  }
}

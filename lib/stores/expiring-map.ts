interface Entry<V> {
  readonly value: V;
  readonly until: number;
}

/**
 * A map that forgets: every entry when its time is over, and the oldest when there are too many. Bounded, so that nobody
 * can fill the memory by asking for ever new things.
 */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #most: number;

  /**
   * @param most - entries that are kept at the most
   */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, when there is one whose time is not over. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > Date.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /**
   * Keeps a value, in place of an older one.
   *
   * @param seconds - how long; nothing is kept for no time
   * @returns whether there was room without forgetting something that is still alive
   */
  set(key: string, value: V, seconds: number): boolean {
    this.#entries.delete(key);
    if (seconds <= 0) return true;
    const hasRoom = this.#entries.size < this.#most || this.#dropEnded();
    if (!hasRoom) this.#dropOldest();
    this.#entries.set(key, { value, until: Date.now() + seconds * 1000 });
    return hasRoom;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Entries are in the order in which they came, so the first that is alive ends the search. */
  #dropEnded(): boolean {
    const now = Date.now();
    for (const [key, { until }] of this.#entries) {
      if (until > now) break;
      this.#entries.delete(key);
    }
    return this.#entries.size < this.#most;
  }

  #dropOldest(): void {
    for (const key of this.#entries.keys()) {
      this.#entries.delete(key);
      return;
    }
  }
}

import { OldestFirst } from './oldest-first.js';

interface Entry<V> {
  readonly value: V;
  readonly until: number;
}

/**
 * A map that forgets: every entry when its time is over, and the oldest when there are too many. Bounded, so that no caller
 * can fill the memory by asking for ever new things.
 */
export class ExpiringMap<V> {
  readonly #entries = new OldestFirst<Entry<V>>();
  readonly #most: number;
  readonly #onForgotten: (value: V) => void;

  /**
   * @param most - entries that are kept at the most
   * @param onForgotten - called with every value that is not kept any more
   */
  constructor(most: number, onForgotten: (value: V) => void = () => undefined) {
    this.#most = most;
    this.#onForgotten = onForgotten;
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
   * @param seconds - how long; nothing is kept for no time
   * @returns whether there was room without forgetting something that is still alive
   */
  set(key: string, value: V, seconds: number): boolean {
    if (seconds > 0 && this.#entries.get(key)?.value === value) this.#entries.delete(key);
    else this.delete(key);
    if (seconds <= 0) return true;
    // With every entry, or what has ended would stay until there are too many.
    this.dropEnded();
    const hasRoom = this.#entries.size < this.#most;
    if (!hasRoom) this.dropOldest();
    this.#entries.add(key, { value, until: Date.now() + seconds * 1000 });
    return hasRoom;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#onForgotten(entry.value);
  }

  /** Forgets what was set the longest time ago. */
  dropOldest(): void {
    const oldest = this.#entries.oldest();
    if (oldest !== undefined) this.delete(oldest[0]);
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.delete(key);
  }

  /** Forgets what has ended, up to the first entry that is alive. */
  dropEnded(): void {
    const now = Date.now();
    for (let oldest = this.#entries.oldest(); oldest !== undefined; oldest = this.#entries.oldest()) {
      const [key, { until }] = oldest;
      if (until > now) break;
      this.delete(key);
    }
  }
}

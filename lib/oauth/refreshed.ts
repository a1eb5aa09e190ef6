/** Ages of a fetched value, in milliseconds. */
export interface Freshness {
  /** Beyond this age, the next use fetches it anew in the background. */
  readonly refreshAfterMs: number;
  /** Beyond this age, its use waits for a new one, unless the source is known to be unreachable. */
  readonly waitAfterMs: number;
  /** Beyond this age, it is not used any more, even if its source is down. */
  readonly usableForMs: number;
  /** Minimum time between two attempts by callers who missed an entry in the value. */
  readonly cooldownMs: number;
  /** Minimum time between two attempts after a failure. */
  readonly pauseAfterFailureMs: number;
}

interface Loaded<T> {
  readonly value: T;
  readonly at: number;
}

/**
 * A value that comes over the network and changes now and then, such as a key set. It is fetched on first use, once for all callers
 * that wait. While it is usable, an outage of its source has no effect, and no caller waits for a refresh.
 */
export class Refreshed<T> {
  readonly #load: () => Promise<T>;
  readonly #freshness: Freshness;
  readonly #now: () => number;
  #loaded: Loaded<T> | undefined;
  #failure: { readonly error: unknown; readonly at: number } | undefined;
  #attempt: Promise<T> | undefined;
  #renewedAt = -Infinity;

  /**
   * @param load - fetches the value
   * @param freshness - its ages
   * @param now - a clock in milliseconds that never goes back
   */
  constructor(load: () => Promise<T>, freshness: Freshness, now = () => performance.now()) {
    this.#load = load;
    this.#freshness = freshness;
    this.#now = now;
  }

  /** Milliseconds since it was fetched; undefined before the first time. */
  get ageMs(): number | undefined {
    return this.#loaded === undefined ? undefined : this.#now() - this.#loaded.at;
  }

  /**
   * Returns the value, as new as it has to be.
   *
   * @throws what `load` threw, if there is no usable value
   */
  async get(): Promise<T> {
    const loaded = this.#usable();
    if (loaded === undefined) return this.#tryAgain();
    const age = this.#now() - loaded.at;
    if (age < this.#freshness.refreshAfterMs) return loaded.value;
    const newer = this.#tryAgain().catch(() => loaded.value);
    // It may have been unused for long, and parts of it may have been revoked since.
    return age >= this.#freshness.waitAfterMs && this.#failure === undefined ? newer : loaded.value;
  }

  /**
   * Returns a value that is newer, as far as the cooldown allows, for a caller who missed an entry.
   *
   * @throws what `load` threw
   */
  async renew(): Promise<T> {
    const loaded = this.#usable();
    const isCooling = this.#now() - this.#renewedAt < this.#freshness.cooldownMs;
    // If an attempt runs, waits for its outcome: it may bring the missing entry.
    if (loaded !== undefined && isCooling && this.#attempt === undefined) return loaded.value;
    this.#renewedAt = this.#now();
    return this.#tryAgain();
  }

  #usable(): Loaded<T> | undefined {
    const isUsable = this.#loaded !== undefined && this.#now() - this.#loaded.at < this.#freshness.usableForMs;
    return isUsable ? this.#loaded : undefined;
  }

  async #tryAgain(): Promise<T> {
    if (this.#attempt === undefined) {
      const { pauseAfterFailureMs } = this.#freshness;
      if (this.#failure !== undefined && this.#now() - this.#failure.at < pauseAfterFailureMs) {
        throw this.#failure.error;
      }
      this.#attempt = this.#fetch().finally(() => (this.#attempt = undefined));
    }
    return this.#attempt;
  }

  async #fetch(): Promise<T> {
    try {
      const value = await this.#load();
      this.#loaded = { value, at: this.#now() };
      this.#failure = undefined;
      return value;
    } catch (error) {
      this.#failure = { error, at: this.#now() };
      throw error;
    }
  }
}

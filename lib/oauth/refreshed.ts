/** How long a fetched value serves, in milliseconds. */
export interface Freshness {
  /** Older than this, it is fetched anew in the background, by the first who uses it. */
  readonly refreshAfterMs: number;
  /** Older than this, whoever uses it waits for a new one, unless its source is known to be out of reach. */
  readonly waitAfterMs: number;
  /** Older than this, it is not used any more, whatever its source does. */
  readonly usableForMs: number;
  /** Between two attempts that somebody asks for who missed something in the value. */
  readonly cooldownMs: number;
  /** Between two attempts after a failure. */
  readonly pauseAfterFailureMs: number;
}

interface Loaded<T> {
  readonly value: T;
  readonly at: number;
}

/**
 * A value that comes over the network and changes now and then, such as a key set. It is fetched when it is first needed,
 * once for all who wait. While it is usable an outage of its source costs nothing, and nobody waits for a refresh.
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
   * @param freshness - how long it serves
   * @param now - a clock in milliseconds that never goes back
   */
  constructor(load: () => Promise<T>, freshness: Freshness, now = () => performance.now()) {
    this.#load = load;
    this.#freshness = freshness;
    this.#now = now;
  }

  /** Milliseconds since it was fetched; undefined when it never was. */
  get ageMs(): number | undefined {
    return this.#loaded === undefined ? undefined : this.#now() - this.#loaded.at;
  }

  /**
   * The value, as new as it has to be.
   *
   * @throws what `load` threw, when there is nothing usable
   */
  async get(): Promise<T> {
    const loaded = this.#usable();
    if (loaded === undefined) return this.#tryAgain();
    const age = this.#now() - loaded.at;
    if (age < this.#freshness.refreshAfterMs) return loaded.value;
    const newer = this.#tryAgain().catch(() => loaded.value);
    // Nobody may have used it for long, and what is in it may have been taken back since.
    return age >= this.#freshness.waitAfterMs && this.#failure === undefined ? newer : loaded.value;
  }

  /**
   * The value, new enough to have what somebody missed in it, as far as the cooldown allows.
   *
   * @throws what `load` threw
   */
  async renew(): Promise<T> {
    const loaded = this.#usable();
    const isCooling = this.#now() - this.#renewedAt < this.#freshness.cooldownMs;
    // While an attempt runs, its outcome is waited for: it may bring what is missed.
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

/**
 * A map that knows its oldest entry: the one that was added first. Delete a key before you add it again.
 *
 * A new walk through a `Map` also passes the places of deleted entries. So one walk is kept, and continued.
 */
export class OldestFirst<V> {
  readonly #entries = new Map<string, V>();
  #walk: Iterator<readonly [string, V], undefined> | undefined;
  #oldest: readonly [string, V] | undefined;

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  add(key: string, value: V): void {
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
    if (this.#oldest?.[0] === key) this.#oldest = undefined;
  }

  /** @returns undefined if there is none */
  oldest(): readonly [string, V] | undefined {
    while (this.#oldest === undefined && this.#entries.size > 0) {
      this.#walk ??= this.#entries.entries();
      const step: IteratorResult<readonly [string, V], undefined> = this.#walk.next();
      if (step.done === true) this.#walk = undefined;
      else this.#oldest = step.value;
    }
    return this.#oldest;
  }

  clear(): void {
    this.#entries.clear();
    this.#walk = undefined;
    this.#oldest = undefined;
  }
}

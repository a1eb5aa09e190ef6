/** The place of an item in the heap that it stands in. */
export interface Ranked {
  /** Index in the heap; -1 while it stands in none. */
  place: number;
}

/**
 * A binary heap that knows its largest item. Every change costs a number of comparisons that grows with the logarithm of its size, so
 * that many small owners cost no more than one.
 */
export class LargestFirst<T> {
  readonly #items: T[] = [];
  readonly #size: (item: T) => number;
  readonly #rank: (item: T) => Ranked;

  /**
   * @param size - of an item; after a change, {@link LargestFirst.update} is called
   * @param rank - where the heap keeps the place of an item
   */
  constructor(size: (item: T) => number, rank: (item: T) => Ranked) {
    this.#size = size;
    this.#rank = rank;
  }

  get size(): number {
    return this.#items.length;
  }

  /** @returns undefined if it is empty */
  largest(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item, or moves it to where it belongs after its size changed. */
  update(item: T): void {
    const rank = this.#rank(item);
    if (rank.place < 0) {
      rank.place = this.#items.length;
      this.#items.push(item);
    }
    this.#sink(this.#rise(rank.place, item), item);
  }

  delete(item: T): void {
    const rank = this.#rank(item);
    const { place } = rank;
    if (place < 0) return;
    rank.place = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#put(place, last);
    this.update(last);
  }

  clear(): void {
    for (const item of this.#items) this.#rank(item).place = -1;
    this.#items.length = 0;
  }

  #put(place: number, item: T): void {
    this.#items[place] = item;
    this.#rank(item).place = place;
  }

  /** @returns the place that it rises to */
  #rise(from: number, item: T): number {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || this.#size(parent) >= this.#size(item)) break;
      this.#put(place, parent);
      place = above;
    }
    this.#put(place, item);
    return place;
  }

  #sink(from: number, item: T): void {
    let place = from;
    for (let below = this.#largerBelow(place); below !== undefined; below = this.#largerBelow(place)) {
      if (this.#size(below) <= this.#size(item)) break;
      const next = this.#rank(below).place;
      this.#put(place, below);
      place = next;
    }
    this.#put(place, item);
  }

  #largerBelow(place: number): T | undefined {
    const [left, right] = [this.#items[2 * place + 1], this.#items[2 * place + 2]];
    if (left === undefined || right === undefined) return left;
    return this.#size(right) > this.#size(left) ? right : left;
  }
}

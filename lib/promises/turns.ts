/** Lets a few of many pieces of work run at a time, and the others in the order in which they came. */
export class Turns {
  readonly #most: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param most - how many run at a time */
  constructor(most: number) {
    this.#most = most;
  }

  /** @returns or rejects as the work does */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#most) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Work that comes meanwhile cannot take the place of the next.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

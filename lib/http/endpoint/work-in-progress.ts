/** How much is being worked on, so that somebody can wait until nothing is. */
export class WorkInProgress {
  #count = 0;
  readonly #waiting: (() => void)[] = [];

  /** How much there is. */
  get count(): number {
    return this.#count;
  }

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when all that has begun has ended. */
  async whenDone(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

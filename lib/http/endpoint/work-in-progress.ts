/** Counts requests in progress, so that shutting down can wait for them. */
export class WorkInProgress {
  #count = 0;
  readonly #waiting: (() => void)[] = [];

  /** Number of requests in progress. */
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

  /** Resolves when no request is in progress. */
  async whenDone(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

/** Finds out whether the store did what it was told, and does what follows from it. @returns whether it did */
export type SettleDoubt = () => Promise<boolean>;

interface Doubt {
  readonly settle: SettleDoubt;
  /** When the store first said that it did not, in milliseconds of the process. */
  deniedAt?: number;
}

const betweenRoundsMs = 1000;
// What was sent before may still arrive after an answer on another connection; after this nothing is on its way any more.
const untilNothingArrivesMs = 5000;
// A store that fails for long is no reason to remember ever more; what is forgotten is found when its lease is over.
const most = 1000;

/**
 * What a store was told and did not confirm. The client was told that it was not done. Should it have been done all the same, the task
 * is one that nobody works on, and would be taken for one whose process died: it is seen to as soon as the store can be asked.
 */
export class UnconfirmedWrites {
  readonly #doubts = new Map<string, Doubt>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** How many there are. */
  get size(): number {
    return this.#doubts.size;
  }

  /** @param key - names what was told */
  add(key: string, settle: SettleDoubt): void {
    if (this.#isClosed) return;
    const [oldest] = this.#doubts.keys();
    if (this.#doubts.size >= most && oldest !== undefined) this.#doubts.delete(oldest);
    this.#doubts.set(key, { settle });
    this.#wait();
  }

  /** Nothing is looked for any more. */
  close(): void {
    this.#isClosed = true;
    this.#doubts.clear();
    clearTimeout(this.#timer);
  }

  /** Sees to each of them, as far as the store answers. */
  async settle(): Promise<void> {
    try {
      for (const [key, doubt] of this.#doubts) {
        const isDone = await doubt.settle();
        const now = performance.now();
        doubt.deniedAt ??= now;
        if (isDone || now - doubt.deniedAt >= untilNothingArrivesMs) this.#doubts.delete(key);
      }
    } catch {
      // It is not back yet; the next round tries again.
    }
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => {
      void this.settle().then(() => {
        this.#timer = undefined;
        if (this.#doubts.size > 0 && !this.#isClosed) this.#wait();
      });
    }, betweenRoundsMs).unref();
  }
}

/** Finds out whether the store did the write, and handles the consequences. @returns whether it did */
export type SettleDoubt = () => Promise<boolean>;

interface Doubt {
  readonly settle: SettleDoubt;
  /** When the store first denied it, in milliseconds of the process. */
  deniedAt?: number;
}

const betweenRoundsMs = 1000;
// A write may still arrive after an answer on another connection; after this time none is in flight.
const untilNothingArrivesMs = 5000;
// Bounds the memory during a long failure of the store. Forgotten tasks are found when their lease ends.
const most = 1000;

/**
 * Writes whose outcome is unknown, because the store failed while writing. The client got an error. If the write did happen, no process
 * works on the task, and it would later look abandoned. So it is undone or taken over once the store answers.
 */
export class UnconfirmedWrites {
  readonly #doubts = new Map<string, Doubt>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Number of such writes. */
  get size(): number {
    return this.#doubts.size;
  }

  /** @param key - names the write */
  add(key: string, settle: SettleDoubt): void {
    if (this.#isClosed) return;
    const [oldest] = this.#doubts.keys();
    if (this.#doubts.size >= most && oldest !== undefined) this.#doubts.delete(oldest);
    this.#doubts.set(key, { settle });
    this.#wait();
  }

  /** Stops checking. */
  close(): void {
    this.#isClosed = true;
    this.#doubts.clear();
    clearTimeout(this.#timer);
  }

  /** Settles each write, as far as the store answers. */
  async settle(): Promise<void> {
    try {
      for (const [key, doubt] of this.#doubts) {
        const isDone = await doubt.settle();
        const now = performance.now();
        doubt.deniedAt ??= now;
        if (isDone || now - doubt.deniedAt >= untilNothingArrivesMs) this.#doubts.delete(key);
      }
    } catch {
      // The store is not back yet; the next round tries again.
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

/** Calls off a task, if it is there. @returns whether it was */
export type CallOffTask = (id: string) => Promise<boolean>;

const betweenRoundsMs = 1000;
// What was sent before may still arrive after an answer on another connection; after this nothing is on its way any more.
const untilNothingArrivesMs = 5000;
// A store that fails for long is no reason to remember ever more; what is forgotten is found when its lease is over.
const most = 1000;

/**
 * Tasks that a store was asked to begin and did not confirm. Their clients were told that there is none, so that nobody knows them,
 * and they would be taken for tasks whose process died. They are called off as soon as the store can be asked.
 */
export class DoubtfulTasks {
  readonly #callOff: CallOffTask;
  /** By id: when the store first said that there is none, in milliseconds of the process. */
  readonly #ids = new Map<string, number | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(callOff: CallOffTask) {
    this.#callOff = callOff;
  }

  /** How many there are. */
  get size(): number {
    return this.#ids.size;
  }

  add(id: string): void {
    if (this.#isClosed) return;
    const [oldest] = this.#ids.keys();
    if (this.#ids.size >= most && oldest !== undefined) this.#ids.delete(oldest);
    this.#ids.set(id, undefined);
    this.#wait();
  }

  /** Nothing is looked for any more. */
  close(): void {
    this.#isClosed = true;
    this.#ids.clear();
    clearTimeout(this.#timer);
  }

  /** Looks for each of them, as far as the store answers. */
  async settle(): Promise<void> {
    try {
      for (const [id, missingSince] of this.#ids) {
        const isDone = (await this.#callOff(id)) || this.#isGone(missingSince);
        if (isDone) this.#ids.delete(id);
        else if (missingSince === undefined && this.#ids.has(id)) this.#ids.set(id, performance.now());
      }
    } catch {
      // It is not back yet; the next round tries again.
    }
  }

  #isGone(missingSince: number | undefined): boolean {
    return missingSince !== undefined && performance.now() - missingSince >= untilNothingArrivesMs;
  }

  #wait(): void {
    this.#timer ??= setTimeout(() => {
      void this.settle().then(() => {
        this.#timer = undefined;
        if (this.#ids.size > 0 && !this.#isClosed) this.#wait();
      });
    }, betweenRoundsMs).unref();
  }
}

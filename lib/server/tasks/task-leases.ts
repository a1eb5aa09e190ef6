import type { TaskLease } from '../../stores/task-store.js';
import { Cancelling } from '../cancellation/cancellation.js';
import type { TaskRecords } from './task-records.js';

/** Seconds after which a task counts as abandoned if its lease is not renewed. */
export const leaseSeconds = 30;

/** One run of a task's handler in this process. */
export interface TaskRun {
  readonly id: string;
  readonly owner: string;
  readonly isRepeatable: boolean;
  readonly cancelling: Cancelling;
}

/** A lease for a run that begins. */
export function newLease(): TaskLease {
  return { owner: crypto.randomUUID(), seconds: leaseSeconds };
}

/** The handlers of tasks that run in this process: renews their leases, and cancels them. */
export class RunningTasks {
  readonly #records: TaskRecords;
  readonly #runs = new Set<TaskRun>();
  readonly #work = new Set<Promise<void>>();
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(records: TaskRecords) {
    this.#records = records;
  }

  /** Runs that have not ended. */
  get runs(): readonly TaskRun[] {
    return [...this.#runs];
  }

  /** Number of runs. */
  get size(): number {
    return this.#runs.size;
  }

  /** @returns the run, to be ended by the caller */
  begin(id: string, owner: string, isRepeatable: boolean): TaskRun {
    const run = { id, owner, isRepeatable, cancelling: new Cancelling() };
    this.#runs.add(run);
    if (this.#heartbeat === undefined) {
      this.#heartbeat = setInterval(() => void this.renewAll(), (leaseSeconds * 1000) / 3);
      // Active work keeps the process alive by itself; this timer does not.
      this.#heartbeat.unref();
    }
    return run;
  }

  end(run: TaskRun): void {
    this.#runs.delete(run);
    if (this.#runs.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  /** Adds work to wait for. It must not reject. */
  track(work: Promise<void>): void {
    this.#work.add(work);
    void work.then(() => this.#work.delete(work));
  }

  /** Cancels the run of a task. A handler that ignores it is left alone; its lease is no longer renewed. */
  abort(id: string): void {
    for (const run of this.#runs) {
      if (run.id !== id) continue;
      this.end(run);
      run.cancelling.cancel(new DOMException('The task is over', 'AbortError'));
    }
  }

  /** Renews the leases, and cancels runs whose task now has another owner. */
  async renewAll(): Promise<void> {
    await Promise.all(
      this.runs.map(async ({ id, owner }) => {
        try {
          const isOurs = await this.#records.renew(id, { owner, seconds: leaseSeconds });
          if (!isOurs) this.abort(id);
        } catch {
          // The store may be back before the lease is over; if not, another process finds the task.
        }
      }),
    );
  }

  /**
   * Waits until there are no runs.
   *
   * @param ms - maximum time, in milliseconds
   */
  async drain(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeIsUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    const work = Promise.all(this.#work).then(() => undefined);
    await Promise.race([work, timeIsUp]);
    clearTimeout(timer);
  }
}

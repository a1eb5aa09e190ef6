import type { HandlerNotices } from '../handlers/progress-and-log.js';
import { isLogLevel } from '../../registry/log-level.js';
import type { LogLevel } from '../../registry/log-level.js';
import type { TaskRecords } from '../tasks/task-records.js';
import { commented } from '../tasks/task-transitions.js';

// What is said about a status is for a line on a screen.
const longestMessage = 1000;

/**
 * What a handler tells while it works on a task: the message of its progress becomes the task's `statusMessage`. Notifications of
 * progress and log messages there are none (`tasks#task-status-notifications`: MUST NOT be sent for tasks).
 */
export class TaskProgress implements HandlerNotices {
  readonly #records: TaskRecords;
  readonly #id: string;
  readonly #owner: string;
  #lastProgress = -Infinity;
  #latest: string | undefined;
  #writing: Promise<void> | undefined;
  #isOver = false;

  /** @param owner - of the task, as long as the handler may change it */
  constructor(records: TaskRecords, id: string, owner: string) {
    this.#records = records;
    this.#id = id;
    this.#owner = owner;
  }

  progress(progress: number, _total: number | undefined, message: string | undefined): Promise<void> {
    if (this.#isOver || message === undefined || !(progress > this.#lastProgress)) return Promise.resolve();
    this.#lastProgress = progress;
    this.#latest = message.slice(0, longestMessage);
    // Who does not wait only has the newest one written.
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  log(level: LogLevel): Promise<void> {
    if (!isLogLevel(level)) return Promise.reject(new TypeError(`${String(level)} is no level of a log message`));
    return Promise.resolve();
  }

  close(): void {
    this.#isOver = true;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#latest !== undefined && !this.#isOver) {
        const message = this.#latest;
        this.#latest = undefined;
        await this.#records.change(this.#id, ({ owner, record }) =>
          owner === this.#owner ? { record: commented(record, message), lease: 'keep' } : undefined,
        );
      }
    } catch {
      // A message that is lost is no reason to give up the work.
    } finally {
      this.#writing = undefined;
    }
  }
}

import type { HandlerNotices } from '../handlers/progress-and-log.js';
import { isLogLevel } from '../../registry/log-level.js';
import type { LogLevel } from '../../registry/log-level.js';
import type { TaskRecords } from '../tasks/task-records.js';
import { commented } from '../tasks/task-transitions.js';

// A status message is for a line on a screen.
const maxMessageLength = 1000;

/**
 * A handler's messages during a task: the text of its progress becomes the task's `statusMessage`. Progress notifications and log
 * messages are not sent (`tasks#task-status-notifications`: MUST NOT be sent for tasks).
 */
export class TaskProgress implements HandlerNotices {
  readonly #records: TaskRecords;
  readonly #id: string;
  readonly #owner: string;
  #lastProgress = -Infinity;
  #latest: string | undefined;
  #writing: Promise<void> | undefined;
  #isOver = false;

  /** @param owner - of the task, while the handler may change it */
  constructor(records: TaskRecords, id: string, owner: string) {
    this.#records = records;
    this.#id = id;
    this.#owner = owner;
  }

  progress(progress: number, _total: number | undefined, message: string | undefined): Promise<void> {
    if (this.#isOver || message === undefined || !(progress > this.#lastProgress)) return Promise.resolve();
    this.#lastProgress = progress;
    this.#latest = message.slice(0, maxMessageLength);
    // If the handler does not await, only the newest one is written.
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
      // A lost message is no reason to give up the work.
    } finally {
      this.#writing = undefined;
    }
  }
}

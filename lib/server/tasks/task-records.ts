import { ProtocolError } from '../../errors/protocol-error.js';
import type { TaskChange, TaskLease, TaskStore } from '../../stores/task-store.js';
import { fromStorage } from '../../stores/storage-unavailable.js';
import { UnconfirmedWrites } from './unconfirmed-writes.js';
import type { TaskChanges } from './task-changes.js';
import type { Task, TaskRecord } from './task-record.js';
import { readTask } from './task-record.js';
import { cancelled } from './task-transitions.js';

/** A change of a task; `lease` as in `TaskChange`. */
export interface TaskUpdate {
  readonly record: TaskRecord;
  readonly lease: TaskChange['lease'];
}

// A lost round was won by another process, so even one is rare.
const maxTries = 100;

/** The tasks of a store. Each change applies to the newest state, and is published. */
export class TaskRecords {
  readonly doubtful = new UnconfirmedWrites();
  readonly #store: TaskStore;
  readonly #news: TaskChanges;
  readonly #most: number;
  readonly #onFull: (() => void) | undefined;

  /**
   * @param most - maximum number of tasks of one principal that run or wait
   * @param onFull - called when a principal has that many
   */
  constructor(store: TaskStore, news: TaskChanges, most: number, onFull?: () => void) {
    this.#store = store;
    this.#news = news;
    this.#most = most;
    this.#onFull = onFull;
  }

  /**
   * Begins a task. It can be found as soon as this resolves (`tasks#task-creation`: MUST NOT be answered before).
   *
   * @returns its id
   * @throws ProtocolError `too_many_tasks` or `storage_unavailable`; if it began nevertheless, it is cancelled
   */
  async create(principal: string, record: TaskRecord, lease: TaskLease): Promise<string> {
    const id = newTaskId();
    const task = { id, principal, content: JSON.stringify(record) };
    try {
      if (await fromStorage(() => this.#store.create(task, record.ttlSeconds, lease, this.#most))) return id;
    } catch (error) {
      // Its client does not know it.
      const callOff = (found: Task): TaskUpdate => ({ record: cancelled(found.record), lease: undefined });
      this.doubtful.add(id, () => this.change(id, callOff));
      throw error;
    }
    this.#onFull?.();
    const text = `There are ${this.#most} tasks running already; wait for one to end, or cancel one`;
    throw new ProtocolError('too_many_tasks', text);
  }

  /**
   * @returns undefined if the task no longer exists
   * @throws ProtocolError `storage_unavailable`
   */
  async find(id: string): Promise<Task | undefined> {
    const stored = await fromStorage(() => this.#store.read(id));
    return stored === undefined ? undefined : readTask(stored);
  }

  /**
   * Changes a task that is not over.
   *
   * @param decide - makes the update from the newest state; undefined leaves it. Called again if another process was faster
   * @returns whether it was changed
   * @throws ProtocolError `storage_unavailable`; it may have been changed nevertheless
   */
  async change(id: string, decide: (task: Task) => TaskUpdate | undefined): Promise<boolean> {
    for (let tries = 0; tries < maxTries; tries++) {
      const task = await this.find(id);
      if (task === undefined || task.isOver) return false;
      const update = decide(task);
      if (update === undefined) return false;
      const { record, lease } = update;
      const isOver = record.status !== 'working' && record.status !== 'input_required';
      const change = { content: JSON.stringify(record), isOver, lease };
      if (await fromStorage(() => this.#store.change(task, change))) {
        this.#news.tell(id, isOver);
        return true;
      }
    }
    throw new Error(`A task could not be changed ${maxTries} times, since it was changed at the same time`);
  }

  /** @returns false if the task has another owner now */
  async renew(id: string, lease: TaskLease): Promise<boolean> {
    return this.#store.renew(id, lease);
  }

  /** @returns tasks whose process died; they now belong to this owner */
  async takeAbandoned(lease: TaskLease, most: number): Promise<readonly Task[]> {
    return (await this.#store.takeAbandoned(lease, most)).map(readTask);
  }
}

/** `tasks#security-considerations`: MUST NOT be guessable. 192 random bits, as text that fits into a header field. */
function newTaskId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
}

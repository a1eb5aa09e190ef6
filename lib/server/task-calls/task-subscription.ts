import { buildNotification } from '../../jsonrpc/build-message.js';
import type { Params } from '../../jsonrpc/message.js';
import type { RequestInWork } from '../call/call.js';
import { maskError } from '../reporting/internal-error.js';
import { findAllowedTask } from './locate-task.js';
import { presentDetailedTask } from '../tasks/task-record.js';

/**
 * One client's subscription to tasks (`tasks#task-status-notifications`). Each notification is the whole task as `tasks/get` would
 * return it at that moment, with a decision at that moment. For a slow client, one entry for each task waits.
 */
export class TaskSubscription {
  readonly #call: RequestInWork;
  readonly #ids: ReadonlySet<string>;
  readonly #meta: Params;
  readonly #send: (message: string) => Promise<void>;
  readonly #waiting = new Set<string>();
  readonly #stopListening: () => void;
  #isTelling = false;
  #isOver = false;

  /**
   * @param ids - the caller's tasks
   * @param meta - added to every notification
   * @param send - resolves when the client can take more
   */
  constructor(call: RequestInWork, ids: ReadonlySet<string>, meta: Params, send: (message: string) => Promise<void>) {
    this.#call = call;
    this.#ids = ids;
    this.#meta = meta;
    this.#send = send;
    this.#stopListening = call.endpoint.tasks.news.listen((id) => {
      this.#hear(id);
    });
    // Earlier changes are sent as well, so that no client waits for the end of a finished task.
    for (const id of ids) this.#hear(id);
  }

  /** No notification is sent after this. */
  close(): void {
    this.#isOver = true;
    this.#stopListening();
    this.#waiting.clear();
  }

  #hear(id: string): void {
    if (!this.#ids.has(id) || this.#isOver) return;
    this.#waiting.add(id);
    if (!this.#isTelling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    for (const id of this.#waiting) {
      this.#waiting.delete(id);
      try {
        await this.#tell(id);
      } catch (error) {
        // The store or a policy failed; the client still has tasks/get.
        maskError(error, this.#call);
      }
    }
    this.#isTelling = false;
  }

  async #tell(id: string): Promise<void> {
    const task = await findAllowedTask(this.#call, id);
    if (task === undefined || this.#isOver) return;
    const params = { _meta: this.#meta, ...presentDetailedTask(id, task.record) };
    await this.#send(buildNotification('notifications/tasks', params));
  }
}

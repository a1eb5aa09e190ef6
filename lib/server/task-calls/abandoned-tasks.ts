import { ProtocolError } from '../../errors/protocol-error.js';
import { restoreAuth } from '../../oauth/auth.js';
import { requireString } from '../call/params.js';
import type { RequestInWork, EndpointServices } from '../call/call.js';
import { neverCancelled } from '../cancellation/cancellation.js';
import { reportError } from '../reporting/report-error.js';
import type { Revision } from '../revisions/revision.js';
import { failedWith, nowhere, runTask } from './run-task.js';
import type { TaskRun } from '../tasks/task-leases.js';
import { newLease } from '../tasks/task-leases.js';
import type { Task, TaskRecord } from '../tasks/task-record.js';
import { repeated, settled } from '../tasks/task-transitions.js';

const secondsBetweenSearches = 15;
const maxAtOnce = 10;

// Maximum number of rounds in one search that only find tasks of other endpoints.
const maxRounds = 10;

// A handler that ends its process would otherwise end one after the other.
const maxRuns = 3;

/** Background work on tasks: finds tasks whose process died, and finishes those of this one. */
export class AbandonedTasks {
  readonly #endpoint: EndpointServices;
  readonly #revisionOf: (version: string) => Revision | undefined;
  readonly #timer: NodeJS.Timeout;

  /** @param revisionOf - the revision of a task's call */
  constructor(endpoint: EndpointServices, revisionOf: (version: string) => Revision | undefined) {
    this.#endpoint = endpoint;
    this.#revisionOf = revisionOf;
    // At random times, or endpoints that share a store would take each other's tasks and give them back forever.
    const ms = secondsBetweenSearches * (1 - Math.random() / 5) * 1000;
    this.#timer = setInterval(() => void this.#searchQuietly(), ms);
    this.#timer.unref();
  }

  /** Finds abandoned tasks. It runs them again if the tool allows that, and else lets them fail. */
  async search(): Promise<void> {
    if (![...this.#endpoint.catalog.tools.items].some(({ task }) => task !== undefined)) return;
    const lease = newLease();
    const foreign: Task[] = [];
    try {
      for (let rounds = 0; rounds < maxRounds; rounds++) {
        const tasks = await this.#endpoint.tasks.records.takeAbandoned(lease, maxAtOnce);
        const own = tasks.filter(({ record }) => record.endpoint === this.#endpoint.name);
        foreign.push(...tasks.filter((task) => !own.includes(task)));
        await Promise.all(own.map((task) => this.#takeUp(task, lease.owner)));
        if (own.length > 0 || tasks.length < maxAtOnce) break;
      }
    } finally {
      await this.#leave(foreign, lease.owner);
    }
  }

  /** Leaves tasks of other endpoints in the same store to their processes: here, a tool of the same name is another one. */
  async #leave(tasks: readonly Task[], owner: string): Promise<void> {
    const { records } = this.#endpoint.tasks;
    await Promise.all(tasks.map(({ id }) => records.renew(id, { owner, seconds: 0 })));
  }

  /**
   * Waits for tasks to finish, then cancels them. Repeatable ones are left to other processes; the rest fails with the reason.
   *
   * @param graceMs - how long they get, in milliseconds
   */
  async close(graceMs: number): Promise<void> {
    clearInterval(this.#timer);
    const { news, records, running } = this.#endpoint.tasks;
    records.doubtful.close();
    await running.drain(graceMs);
    await Promise.all(running.runs.map((run) => this.#giveUp(run)));
    await news.close();
  }

  async #searchQuietly(): Promise<void> {
    try {
      await this.search();
    } catch (error) {
      reportError(this.#endpoint.reportError, error, { method: 'tools/call' });
    }
  }

  async #takeUp({ id, record }: Task, owner: string): Promise<void> {
    const tool = this.#endpoint.catalog.tools.get(requireString(record.request.params, 'name'));
    const revision = this.#revisionOf(record.protocolVersion);
    // Another release of the app may know the tool; its processes find the task after this lease.
    if (tool?.task === undefined || revision === undefined) return;
    if (!tool.task.repeatable || record.runs >= maxRuns) {
      const text = 'The process that worked on this task is gone, and the work cannot be repeated';
      await this.#fail(id, owner, text);
      return;
    }
    const again = repeated(record);
    const isOurs = await this.#endpoint.tasks.records.change(id, (found) =>
      found.owner === owner ? { record: repeated(found.record), lease: 'keep' } : undefined,
    );
    if (isOurs) runTask({ call: this.#callOf(again, revision), tool, task: tool.task, id, record: again, owner });
  }

  /** The call that became the task, as far as it can be restored. */
  #callOf({ auth, request }: TaskRecord, revision: Revision): RequestInWork {
    return {
      request,
      revision,
      endpoint: this.#endpoint,
      caller: { auth: auth === undefined ? undefined : restoreAuth(auth), endpoint: undefined },
      transportRequest: undefined,
      connection: undefined,
      openConnection: undefined,
      argumentRules: undefined,
      cancellation: neverCancelled,
      outbox: nowhere,
    };
  }

  async #giveUp(run: TaskRun): Promise<void> {
    const { id, owner, isRepeatable, cancelling } = run;
    // The handler may ignore it; its lease is not renewed, and another process soon has it.
    this.#endpoint.tasks.running.end(run);
    // Later results of the handler are ignored.
    cancelling.cancel(new ProtocolError('shutting_down'));
    try {
      if (isRepeatable) await this.#endpoint.tasks.records.renew(id, { owner, seconds: 0 });
      else await this.#fail(id, owner, 'The server shut down before this task was done');
    } catch (error) {
      reportError(this.#endpoint.reportError, error, { method: 'tools/call' });
    }
  }

  async #fail(id: string, owner: string, text: string): Promise<void> {
    await this.#endpoint.tasks.records.change(id, (found) => {
      const revision = this.#revisionOf(found.record.protocolVersion);
      if (found.owner !== owner || revision === undefined) return undefined;
      const outcome = failedWith(new ProtocolError('internal_error', text), { revision });
      return { record: settled(found.record, outcome), lease: undefined };
    });
  }
}

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
const mostAtOnce = 10;

// So many that belong to other endpoints are passed over in one search.
const mostRounds = 10;

// A handler that ends its process would otherwise end one after the other.
const mostRuns = 3;

/** The part of the endpoint that is not asked for: finds tasks whose process died, and brings those of this one to their end. */
export class AbandonedTasks {
  readonly #endpoint: EndpointServices;
  readonly #revisionOf: (version: string) => Revision | undefined;
  readonly #timer: NodeJS.Timeout;

  /** @param revisionOf - the revision of a task's call */
  constructor(endpoint: EndpointServices, revisionOf: (version: string) => Revision | undefined) {
    this.#endpoint = endpoint;
    this.#revisionOf = revisionOf;
    // Not all at once, or endpoints that share a store would take each other's tasks and give them back for ever.
    const ms = secondsBetweenSearches * (1 - Math.random() / 5) * 1000;
    this.#timer = setInterval(() => void this.#searchQuietly(), ms);
    this.#timer.unref();
  }

  /** Takes up what was left lying: runs it again where the tool says that it can be, and else lets it fail. */
  async search(): Promise<void> {
    if (![...this.#endpoint.catalog.tools.items].some(({ task }) => task !== undefined)) return;
    const lease = newLease();
    const foreign: Task[] = [];
    try {
      for (let rounds = 0; rounds < mostRounds; rounds++) {
        const tasks = await this.#endpoint.tasks.records.takeAbandoned(lease, mostAtOnce);
        const own = tasks.filter(({ record }) => record.endpoint === this.#endpoint.name);
        foreign.push(...tasks.filter((task) => !own.includes(task)));
        await Promise.all(own.map((task) => this.#takeUp(task, lease.owner)));
        if (own.length > 0 || tasks.length < mostAtOnce) break;
      }
    } finally {
      await this.#leave(foreign, lease.owner);
    }
  }

  /** Tasks of other endpoints that use the same store are for their processes: a tool of the same name is another one here. */
  async #leave(tasks: readonly Task[], owner: string): Promise<void> {
    const { records } = this.#endpoint.tasks;
    await Promise.all(tasks.map(({ id }) => records.renew(id, { owner, seconds: 0 })));
  }

  /**
   * Lets tasks come to their end, then calls them off: what can be repeated is left to other processes, the rest fails and says why.
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
    // Another release of the app may know the tool; its processes find the task when this lease is over.
    if (tool?.task === undefined || revision === undefined) return;
    if (!tool.task.repeatable || record.runs >= mostRuns) {
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

  /** The call that once became the task, as far as it can be known again. */
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
    // A handler that does not listen goes on; nobody renews its lease, which is another process's soon.
    this.#endpoint.tasks.running.end(run);
    // What the handler does when it hears of it counts no more.
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

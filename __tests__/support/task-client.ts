import { setTimeout as wait } from 'node:timers/promises';
import type { IncomingDelivery } from '../../lib/server/transport/incoming-message.js';
import type { Answer, TestServer } from './dispatching.js';

type Members = Readonly<Record<string, unknown>>;

/** A task as `tasks/get` gives it. */
export interface SeenTask {
  readonly taskId: string;
  readonly status: string;
  readonly statusMessage?: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  readonly inputRequests?: Readonly<Record<string, unknown>>;
  readonly result?: { readonly content: readonly unknown[]; readonly isError?: boolean };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Members };
}

export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** `_meta` of a client that declares the extension, and that it can be asked. */
export const withTasks: Members = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { [tasksExtension]: {} }, elicitation: { form: {} } },
};

/** A server, or one that is reached over HTTP. */
export type TaskServer = Pick<TestServer, 'call'>;

/** A client that knows tasks. */
export class TaskClient {
  readonly #server: TaskServer;
  readonly #delivery: Partial<IncomingDelivery>;

  constructor(server: TaskServer, delivery: Partial<IncomingDelivery> = {}) {
    this.#server = server;
    this.#delivery = delivery;
  }

  /** Sends any request. */
  send(method: string, params: Members): Promise<Answer> {
    return this.#server.call('2026-07-28', method, { ...params, _meta: withTasks }, this.#delivery);
  }

  /** Calls a tool, whatever it answers. */
  call(name: string, args: Members = {}, more: Members = {}): Promise<Answer> {
    return this.send('tools/call', { name, arguments: args, ...more });
  }

  /** Calls a tool that answers with a task. @returns its id */
  async begin(name: string, args: Members = {}, more: Members = {}): Promise<string> {
    const { body, text } = await this.call(name, args, more);
    const taskId = body?.result?.['taskId'];
    if (typeof taskId !== 'string') throw new Error(`This is no task: ${text}`);
    return taskId;
  }

  async get(taskId: string): Promise<SeenTask> {
    const { body, text } = await this.send('tasks/get', { taskId });
    if (body?.result === undefined) throw new Error(`There is no task: ${text}`);
    return body.result as unknown as SeenTask;
  }

  update(taskId: string, inputResponses: Members): Promise<Answer> {
    return this.send('tasks/update', { taskId, inputResponses });
  }

  cancel(taskId: string): Promise<Answer> {
    return this.send('tasks/cancel', { taskId });
  }

  /** Asks until the task is as it is waited for. */
  async until(taskId: string, isSo: (task: SeenTask) => boolean): Promise<SeenTask> {
    for (let tries = 0; tries < 20_000; tries++) {
      const task = await this.get(taskId);
      if (isSo(task)) return task;
      await wait(2);
    }
    throw new Error(`The task never came to be as it should: ${JSON.stringify(await this.get(taskId))}`);
  }

  untilStatus(taskId: string, status: string): Promise<SeenTask> {
    return this.until(taskId, (task) => task.status === status);
  }
}

/** A question that a form answers. */
export function askFor(message: string) {
  const requestedSchema = { type: 'object', properties: { value: { type: 'string' } } };
  return { method: 'elicitation/create', params: { message, requestedSchema } } as const;
}

/** An answer to `askFor`. */
export function answerOf(value: string): Members {
  return { action: 'accept', content: { value } };
}

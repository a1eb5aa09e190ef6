import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Registry } from '../../lib/index.js';
import { createRegistry } from '../../lib/index.js';
import { requestOf } from '../support/dispatching.js';
import { StdioClient } from '../support/stdio-client.js';
import { withTasks } from '../support/task-client.js';

const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
const who = { method: 'elicitation/create', params: { message: 'Who?', requestedSchema } } as const;

const greetings = (): Registry => {
  const registry = createRegistry({ name: 'greetings', version: '1.0.0' });
  registry.tool('greet', { task: 'required' }, (_args, ctx) =>
    ctx.inputResponses === undefined
      ? ctx.inputRequired({ requests: { who } })
      : `Hello ${JSON.stringify(ctx.inputResponses['who']?.['content'])}`,
  );
  registry.tool('wait', { task: 'required' }, async (_args, ctx) => {
    await once(ctx.signal, 'abort');
    return 'stopped';
  });
  return registry;
};

/** A client that knows tasks, over the streams of a stdio server. */
class StdioTaskClient {
  readonly #client: StdioClient;
  #lastId = 0;

  constructor(registry: Registry) {
    this.#client = new StdioClient(registry);
  }

  async send(method: string, params: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const id = ++this.#lastId;
    await this.#client.request(requestOf('2026-07-28', method, { ...params, _meta: withTasks }, id));
    const answer = this.#client.messages.find((message) => message.id === id);
    return (answer as { readonly result?: Readonly<Record<string, unknown>> } | undefined)?.result ?? {};
  }

  async begin(name: string): Promise<unknown> {
    const { resultType, taskId } = await this.send('tools/call', { name });
    expect(resultType).toBe('task');
    return taskId;
  }

  async until(taskId: unknown, status: string): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const task = await this.send('tasks/get', { taskId });
      if (task['status'] === status) return task;
      await new Promise(setImmediate);
    }
  }

  end(): Promise<void> {
    return this.#client.end();
  }
}

describe('a task over stdio', () => {
  it('is asked about, answered and read line by line', async () => {
    const client = new StdioTaskClient(greetings());
    const taskId = await client.begin('greet');
    const waiting = await client.until(taskId, 'input_required');
    expect(waiting['inputRequests']).toEqual({ who });
    const answer = { who: { action: 'accept', content: { name: 'Ada' } } };
    expect(await client.send('tasks/update', { taskId, inputResponses: answer })).toMatchObject({
      resultType: 'complete',
    });
    const { result } = await client.until(taskId, 'completed');
    expect(result).toMatchObject({ content: [{ type: 'text', text: 'Hello {"name":"Ada"}' }] });
    await client.end();
  });

  it('is cancelled by tasks/cancel, and does not hold up a server whose input ended', async () => {
    const client = new StdioTaskClient(greetings());
    const cancelled = await client.begin('wait');
    await client.send('tasks/cancel', { taskId: cancelled });
    expect(await client.until(cancelled, 'cancelled')).toMatchObject({ status: 'cancelled' });
    await client.until(await client.begin('wait'), 'working');
    await client.end();
  });
});

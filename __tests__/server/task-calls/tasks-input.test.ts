import { describe, expect, it } from '@jest/globals';
import { ToolError, createRegistry } from '../../../lib/index.js';
import type { CallContext } from '../../../lib/index.js';
import { TestServer, connectionWith } from '../../support/dispatching.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';
import { TaskClient, answerOf, askFor, tasksExtension, withTasks } from '../../support/task-client.js';

const text = (value: string) => [{ type: 'text', text: value }];

function valueOf(ctx: CallContext, name: string): unknown {
  const content = ctx.inputResponses?.[name]?.['content'];
  return (content as Readonly<Record<string, unknown>> | undefined)?.['value'];
}

/** A server with one tool, and what its handler was called with. */
function serverWith(handler: (ctx: CallContext) => unknown, prepare?: (ctx: CallContext) => unknown) {
  const registry = createRegistry({ name: 'asking', version: '1.0.0' });
  const task =
    prepare === undefined
      ? ('optional' as const)
      : { support: 'optional' as const, prepare: (_args: unknown, ctx: CallContext) => prepare(ctx) };
  registry.tool('ask', { task }, (_args, ctx) => handler(ctx as CallContext));
  const server = new TestServer(registry);
  return { server, client: new TaskClient(server) };
}

/** Asks for two things, and then tells both. */
function askForTwo(ctx: CallContext): unknown {
  if (ctx.inputResponses !== undefined) return `${String(valueOf(ctx, 'first'))} and ${String(valueOf(ctx, 'second'))}`;
  return ctx.inputRequired({ requests: { first: askFor('First?'), second: askFor('Second?') } });
}

describe('a task whose handler returns ctx.inputRequired', () => {
  it('is input_required with inputRequests, and goes on when everything was answered', async () => {
    const { client } = serverWith(askForTwo);
    const taskId = await client.begin('ask');
    const asking = await client.untilStatus(taskId, 'input_required');
    expect(asking.inputRequests).toEqual({ first: askFor('First?'), second: askFor('Second?') });
    expect(asking).not.toHaveProperty('requestState');
    const { body } = await client.update(taskId, { first: answerOf('one'), second: answerOf('two') });
    const { _meta, ...rest } = body?.result ?? {};
    expect([rest, typeof _meta]).toEqual([{ resultType: 'complete' }, 'object']);
    expect(await client.untilStatus(taskId, 'completed')).toMatchObject({ result: { content: text('one and two') } });
  });

  it('still has the other one of two requests when one is answered', async () => {
    const { client } = serverWith(askForTwo);
    const taskId = await client.begin('ask');
    await client.untilStatus(taskId, 'input_required');
    await client.update(taskId, { first: answerOf('one') });
    expect(await client.get(taskId)).toMatchObject({
      status: 'input_required',
      inputRequests: { second: askFor('Second?') },
    });
    expect((await client.get(taskId)).inputRequests).not.toHaveProperty('first');
    await client.update(taskId, { second: answerOf('two') });
    expect(await client.untilStatus(taskId, 'completed')).toMatchObject({ result: { content: text('one and two') } });
  });

  it('acknowledges answers to unknown and answered keys, and is not changed by them', async () => {
    const { client } = serverWith(askForTwo);
    const taskId = await client.begin('ask');
    await client.untilStatus(taskId, 'input_required');
    await client.update(taskId, { first: answerOf('one') });
    const before = await client.get(taskId);
    const { body } = await client.update(taskId, { first: answerOf('changed'), other: answerOf('x'), toString: {} });
    expect(body?.result).toMatchObject({ resultType: 'complete' });
    expect(await client.get(taskId)).toEqual(before);
    await client.update(taskId, { second: answerOf('two') });
    const completed = await client.untilStatus(taskId, 'completed');
    expect(completed.result?.content).toEqual(text('one and two'));
    expect((await client.update(taskId, { second: answerOf('late') })).body?.result).toMatchObject({
      resultType: 'complete',
    });
    expect(await client.get(taskId)).toEqual(completed);
  });

  it('gets another key for what is asked under the same name again, and the handler finds its own', async () => {
    const { client } = serverWith((ctx) => {
      const answers = [
        ...((ctx.requestState as string[] | undefined) ?? []),
        ...[valueOf(ctx, 'who') ?? []].flat(),
      ].map(String);
      return answers.length === 3
        ? answers.join()
        : ctx.inputRequired({ requests: { who: askFor('Who?') }, state: answers });
    });
    const taskId = await client.begin('ask');
    const keys: string[] = [];
    for (const value of ['a', 'b', 'c']) {
      const { inputRequests = {} } = await client.until(
        taskId,
        (task) => task.status === 'input_required' && !keys.includes(Object.keys(task.inputRequests ?? {})[0] ?? ''),
      );
      const [key = ''] = Object.keys(inputRequests);
      keys.push(key);
      await client.update(taskId, { [key]: answerOf(value) });
    }
    expect(keys).toEqual(['who', 'who-2', 'who-3']);
    expect(await client.untilStatus(taskId, 'completed')).toMatchObject({ result: { content: text('a,b,c') } });
  });

  it('fails with -32021 when the client did not declare that it can be asked', async () => {
    const { server, client } = serverWith(askForTwo);
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { extensions: { [tasksExtension]: {} } } };
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'ask', _meta });
    const task = await client.untilStatus(String(body?.result?.['taskId']), 'failed');
    expect(task.error).toMatchObject({ code: -32021, data: { requiredCapabilities: { elicitation: { form: {} } } } });
  });

  it('fails when it asks for nothing, since nobody would come back', async () => {
    const { server, client } = serverWith((ctx) => ctx.inputRequired({ requests: {}, state: 1 }));
    await client.untilStatus(await client.begin('ask'), 'failed');
    expect(String(server.reports[0]?.error)).toContain('inputRequired needs requests');
  });

  it('fails, and is not run again, when it asks for more than anybody answers', async () => {
    let runs = 0;
    const { server, client } = serverWith((ctx) => {
      runs++;
      const names = Array.from({ length: 1001 }, (_, index) => `question-${index}`);
      return ctx.inputRequired({ requests: Object.fromEntries(names.map((name) => [name, askFor(name)])) });
    });
    const task = await client.untilStatus(await client.begin('ask'), 'failed');
    expect(task.error).toMatchObject({ code: -32603, message: 'Internal error' });
    expect(server.reports.map(({ error }) => String(error))).toEqual([
      'Error: The handler asked for input more than 1000 times',
    ]);
    expect(runs).toBe(1);
  });

  it('can be cancelled while it waits', async () => {
    const { client } = serverWith(askForTwo);
    const taskId = await client.begin('ask');
    await client.untilStatus(taskId, 'input_required');
    await client.cancel(taskId);
    const task = await client.get(taskId);
    expect(task.status).toBe('cancelled');
    expect(task).not.toHaveProperty('inputRequests');
    await client.update(taskId, { first: answerOf('one'), second: answerOf('two') });
    expect(await client.get(taskId)).toEqual(task);
  });

  it('fails when its tool has another schema by the time of the answer', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    const schema = (type: 'number' | 'string') => ({ type: 'object', properties: { n: { type } } }) as const;
    const handle = registry.tool('ask', { task: 'optional', inputSchema: schema('number') }, (_args, ctx) =>
      ctx.inputRequired({ requests: { first: askFor('First?') } }),
    );
    const client = new TaskClient(new TestServer(registry));
    const taskId = await client.begin('ask', { n: 1 });
    await client.untilStatus(taskId, 'input_required');
    handle.update({ inputSchema: schema('string') });
    await client.update(taskId, { first: answerOf('one') });
    const { error } = await client.untilStatus(taskId, 'failed');
    expect(error?.code).toBe(-32602);
    expect(error?.message).toContain('The arguments of this task are not valid any more');
  });
});

describe('tasks/update', () => {
  it('gives -32602 for an unknown task, and for answers that are no objects', async () => {
    const { client } = serverWith(askForTwo);
    expect((await client.update('unknown', {})).body?.error?.code).toBe(-32602);
    const taskId = await client.begin('ask');
    await client.untilStatus(taskId, 'input_required');
    for (const inputResponses of [undefined, 'yes', { first: 'yes' }]) {
      const { body } = await client.send('tasks/update', { taskId, inputResponses });
      expect(body?.error).toEqual({
        code: -32602,
        message: 'Invalid params: every member of inputResponses must be an object',
      });
    }
  });
});

/** Asks for a name first, with a state, and refuses one. */
function prepareName(ctx: CallContext): unknown {
  if (valueOf(ctx, 'name') === 'nobody') throw new ToolError('Nobody is not allowed');
  if (valueOf(ctx, 'name') !== undefined) return undefined;
  return ctx.inputRequired({ requests: { name: askFor('Name?') }, state: { salutation: 'Dear' } });
}

/** Tells what it got from prepare, after one more question of its own. */
function greet(ctx: CallContext): unknown {
  const past = ctx.requestState as Readonly<Record<string, unknown>>;
  const mood = valueOf(ctx, 'mood');
  if (mood !== undefined) return `${String(past['greeting'])}, so ${typeof mood === 'string' ? mood : 'silent'}`;
  const greeting = `${String(past['salutation'])} ${String(valueOf(ctx, 'name'))}`;
  return ctx.inputRequired({ requests: { mood: askFor('Mood?') }, state: { greeting } });
}

describe('prepare', () => {
  it('gives an input_required result, and the retry makes the task, whose handler finds the answers and the state', async () => {
    const { client } = serverWith(greet, prepareName);
    const { body } = await client.call('ask');
    expect(body?.result).toMatchObject({ resultType: 'input_required', inputRequests: { name: askFor('Name?') } });
    expect(body?.result).not.toHaveProperty('taskId');
    const round = { inputResponses: { name: answerOf('Ada') }, requestState: body?.result?.['requestState'] };
    const created = await client.call('ask', {}, round);
    expect(created.body?.result).toMatchObject({ resultType: 'task', status: 'working' });
    expect(created.body?.result).not.toHaveProperty('requestState');
    const taskId = String(created.body?.result?.['taskId']);
    await client.untilStatus(taskId, 'input_required');
    await client.update(taskId, { mood: answerOf('happy') });
    expect(await client.untilStatus(taskId, 'completed')).toMatchObject({
      result: { content: text('Dear Ada, so happy') },
    });
  });

  it('makes no task when it throws ToolError', async () => {
    const { client } = serverWith(greet, prepareName);
    const { body } = await client.call('ask', {}, { inputResponses: { name: answerOf('nobody') } });
    expect(body?.result).toMatchObject({ content: text('Nobody is not allowed'), isError: true });
  });

  it('is asked once where the client waits, also when the handler asks afterwards', async () => {
    const { server } = serverWith(greet, prepareName);
    const capabilities = { elicitation: { form: {} } };
    const ask = async (more: Readonly<Record<string, unknown>>) => {
      const _meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities };
      const { body } = await server.call('2026-07-28', 'tools/call', { name: 'ask', ...more, _meta });
      return body?.result;
    };
    const first = await ask({});
    expect(first).toMatchObject({ inputRequests: { name: askFor('Name?') } });
    const second = await ask({
      inputResponses: { name: answerOf('Ada') },
      requestState: first?.['requestState'],
    });
    expect(second).toMatchObject({ resultType: 'input_required', inputRequests: { mood: askFor('Mood?') } });
    const third = { inputResponses: { mood: answerOf('happy') }, requestState: second?.['requestState'] };
    expect(await ask(third)).toMatchObject({ resultType: 'complete', content: text('Dear Ada, so happy') });

    // A client that declares the extension by then gets a task that goes on where the call was.
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'ask', ...third, _meta: withTasks });
    const taskId = String(body?.result?.['taskId']);
    expect(await new TaskClient(server).untilStatus(taskId, 'completed')).toMatchObject({
      result: { content: text('Dear Ada, so happy') },
    });
  });

  it('asks a legacy client on the stream of the call, and the handler after it', async () => {
    const { server } = serverWith(greet, prepareName);
    const connection = connectionWith({ capabilities: { elicitation: {} } });
    const answers: Readonly<Record<string, string>> = { 'Name?': 'Ada', 'Mood?': 'happy' };
    class AnsweringOutbox extends RecordingOutbox {
      override send(message: string): Promise<void> {
        const { id, params } = JSON.parse(message) as { id: string; params: { message: string } };
        const result = answerOf(answers[params.message] ?? '');
        void server.send({ jsonrpc: '2.0', id, result }, { connection, header: '2025-11-25' });
        return super.send(message);
      }
    }
    const outbox = new AnsweringOutbox();
    const { body } = await server.call('2025-11-25', 'tools/call', { name: 'ask' }, { connection, outbox });
    expect(body?.result).toMatchObject({ content: text('Dear Ada, so happy') });
    expect(outbox.messages).toHaveLength(2);
  });
});

import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Cancelling } from '../../../lib/server/cancellation/cancellation.js';
import { ProtocolError, ToolError, createRegistry, memoryTaskStore } from '../../../lib/index.js';
import type { TaskStore } from '../../../lib/index.js';
import { TestServer, callerWith, connectionWith, nobody } from '../../support/dispatching.js';
import { TaskClient, tasksExtension, withTasks } from '../../support/task-client.js';

const text = (value: string) => [{ type: 'text', text: value }];
const missing = { requiredCapabilities: { extensions: { [tasksExtension]: {} } } };

/** A registry with a job that goes on until it is told to finish. */
function jobs() {
  const events = new EventEmitter();
  const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
  registry.tool('job', { task: 'optional', inputSchema: { type: 'object' } }, async (_args, ctx) => {
    ctx.signal.addEventListener('abort', () => events.emit('aborted'));
    events.emit('begun');
    await once(events, 'finish', { signal: ctx.signal });
    return 'finished';
  });
  registry.tool('quick', { task: 'optional' }, () => 'done at once');
  registry.tool('only', { task: 'required' }, () => 'done later');
  registry.tool('plain', {}, () => 'plain');
  return { events, registry };
}

function start(store?: TaskStore) {
  const { events, registry } = jobs();
  const server = new TestServer(registry, store === undefined ? {} : { taskStore: store });
  return { events, registry, server, client: new TaskClient(server) };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('a call that becomes a task', () => {
  it('is answered with resultType task and the task, flat', async () => {
    const { client, events } = start();
    const begun = once(events, 'begun');
    const { body, status } = await client.call('job');
    await begun;
    expect(status).toBe(200);
    expect(body?.result).toEqual({
      resultType: 'task',
      taskId: expect.stringMatching(/^[\w-]{32}$/),
      status: 'working',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      lastUpdatedAt: body?.result?.['createdAt'],
      ttlMs: 3_600_000,
      pollIntervalMs: 1000,
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'jobs', version: '1.0.0' } },
    });
    events.emit('finish');
  });

  it('has an id with 128 random bits at least, and no two are the same', async () => {
    const { client } = start();
    const ids = await Promise.all(Array.from({ length: 50 }, () => client.begin('quick')));
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(Buffer.from(id, 'base64url')).toHaveLength(24);
  });

  it('is not answered before the task is stored, also when storing it takes its time', async () => {
    const store = memoryTaskStore();
    const stored = new EventEmitter();
    const slow: TaskStore = {
      ...store,
      create: async (...args) => {
        await once(stored, 'go');
        return store.create(...args);
      },
    };
    const { client } = start(slow);
    let isAnswered = false;
    const answer = client.begin('quick').then((id) => {
      isAnswered = true;
      return id;
    });
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    expect(isAnswered).toBe(false);
    stored.emit('go');
    expect(await client.get(await answer)).toMatchObject({ ttlMs: 3_600_000 });
  });

  it('says how long the tool has its tasks kept, and how often to ask', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: { support: 'optional', ttlSeconds: 60, pollIntervalMs: 250 } }, () => 'done');
    const client = new TaskClient(new TestServer(registry));
    const { body } = await client.call('job');
    expect(body?.result).toMatchObject({ ttlMs: 60_000, pollIntervalMs: 250 });
  });

  it('is authorized and validated before, as any call', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    const inputSchema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } as const;
    registry.tool('job', { task: 'required', scopes: ['jobs:run'], inputSchema }, () => 'done');
    const server = new TestServer(registry);
    await expect(new TaskClient(server, { caller: callerWith('other') }).call('job')).rejects.toMatchObject({
      code: 'insufficient_scope',
      requiredScopes: ['jobs:run'],
    });
    const { body } = await new TaskClient(server, { caller: callerWith('jobs:run') }).call('job', { n: 'one' });
    expect(body?.result).toMatchObject({ resultType: 'complete', isError: true });
  });

  it('is refused with a clear error when the caller has too many running, until one ends', async () => {
    const { registry, events } = jobs();
    const client = new TaskClient(new TestServer(registry, { maxRunningTasks: 2 }));
    const first = await client.begin('job');
    await client.begin('job');
    const { body, status } = await client.call('job');
    expect(status).toBe(200);
    expect(body?.error).toEqual({
      code: -32603,
      message: 'There are 2 tasks running already; wait for one to end, or cancel one',
    });
    await client.cancel(first);
    expect(typeof (await client.begin('job'))).toBe('string');
    events.emit('finish');
  });

  it('is refused with 503 and when to come again, and nothing is told, when the store fails', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('redis://:hunter2@10.0.0.1 is down'));
    const { client, server } = start({ ...memoryTaskStore(), create: fails, read: fails });
    for (const [method, params] of [
      ['tools/call', { name: 'quick' }],
      ['tasks/get', { taskId: 'one' }],
    ] as const) {
      const { body, status, text: answer } = await client.send(method, params);
      expect(status).toBe(503);
      expect(body?.error).toMatchObject({
        code: -32603,
        message: 'The server cannot reach its storage at the moment',
        data: { retryAfterSeconds: 5 },
      });
      expect(answer).not.toContain('hunter2');
    }
    // Once a second at the most, however many requests are refused meanwhile.
    expect(server.reports.map(({ method }) => method)).toEqual(['tools/call']);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 1000);
    await client.send('tasks/get', { taskId: 'one' });
    expect(server.reports.map(({ method }) => method)).toEqual(['tools/call', 'tasks/get']);
    jest.restoreAllMocks();
  });
});

describe('a client without the extension', () => {
  it.each(['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'] as const)(
    'is answered at once by a tool with optional tasks in %s, also after a request that did declare it',
    async (version) => {
      const { client, server } = start();
      await client.begin('quick');
      const { body } = await server.call(version, 'tools/call', { name: 'quick' });
      expect(body?.result).toMatchObject({ content: text('done at once') });
      expect(body?.result).not.toHaveProperty('taskId');
    },
  );

  it('gets -32021 with data.requiredCapabilities.extensions from a tool with required tasks', async () => {
    const { server } = start();
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'only' });
    expect(body?.error).toMatchObject({ code: -32021, data: missing });
  });

  it('gets an error that says why from a tool with required tasks in a legacy revision', async () => {
    const { server } = start();
    const { body } = await server.call('2025-11-25', 'tools/call', { name: 'only', _meta: withTasks });
    expect(body?.error).toEqual({
      code: -32600,
      message: 'The client does not declare a capability that this request needs',
      data: missing,
    });
  });

  it.each(['tasks/get', 'tasks/update', 'tasks/cancel'])('gets -32021 for %s', async (method) => {
    const { client, server } = start();
    const taskId = await client.begin('quick');
    const { body, status } = await server.call('2026-07-28', method, { taskId, inputResponses: {} });
    expect(status).toBe(400);
    expect(body?.error).toMatchObject({ code: -32021, data: missing });
  });
});

describe('the extension', () => {
  it('is declared by the first tool that has tasks, and its methods come into being with it', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('plain', {}, () => 'plain');
    const server = new TestServer(registry);
    const client = new TaskClient(server);
    expect((await client.send('tasks/get', { taskId: 'one' })).body?.error?.code).toBe(-32601);
    registry.tool('job', { task: 'optional' }, () => 'done');
    const { body } = await server.call('2026-07-28', 'server/discover');
    expect(body?.result?.['capabilities']).toMatchObject({ extensions: { [tasksExtension]: {} } });
    expect(await client.get(await client.begin('job'))).toMatchObject({ status: expect.any(String) });
  });

  it('is declared by an update that gives a tool tasks', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    const handle = registry.tool('job', {}, () => 'done');
    const client = new TaskClient(new TestServer(registry));
    expect((await client.call('job')).body?.result).toMatchObject({ content: text('done') });
    handle.update({ task: 'required' });
    expect(await client.untilStatus(await client.begin('job'), 'completed')).toMatchObject({
      result: { content: text('done') },
    });
  });

  it('has no methods of the tasks of 2025-11-25', async () => {
    const { client, server } = start();
    for (const method of ['tasks/result', 'tasks/list']) {
      expect((await client.send(method, { taskId: 'one' })).body?.error?.code).toBe(-32601);
    }
    const { body } = await server.call('2025-11-25', 'tasks/get', { taskId: 'one' });
    expect(body?.error?.code).toBe(-32601);
  });
});

describe('tasks/get', () => {
  it('gives a task that works, and later the very result that the call would have given', async () => {
    const { client, events, server } = start();
    const taskId = await client.begin('job');
    const { body } = await client.send('tasks/get', { taskId });
    expect(body?.result).toMatchObject({ resultType: 'complete', taskId, status: 'working' });
    expect(body?.result).not.toHaveProperty('result');
    events.emit('finish');
    const completed = await client.untilStatus(taskId, 'completed');
    expect(completed).toMatchObject({ resultType: 'complete', result: { content: text('finished') } });
    expect(completed).not.toHaveProperty('error');

    const begun = once(events, 'begun');
    const call = server.call('2026-07-28', 'tools/call', { name: 'job' });
    await begun;
    events.emit('finish');
    const { resultType, _meta, ...result } = (await call).body?.result ?? {};
    expect([resultType, typeof _meta]).toEqual(['complete', 'object']);
    expect(completed.result).toEqual(result);
  });

  it('gives a task whose tool threw ToolError as completed, with isError in the result', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: 'optional' }, () => {
      throw new ToolError('The disk is full');
    });
    const server = new TestServer(registry);
    const client = new TaskClient(server);
    const task = await client.untilStatus(await client.begin('job'), 'completed');
    expect(task.result).toEqual({ content: text('The disk is full'), isError: true });
    expect(task).not.toHaveProperty('error');
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'job' });
    expect(body?.result).toMatchObject(task.result ?? {});
  });

  it('gives a task that ended with an error of JSON-RPC as failed, with the error that the call would have given', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: 'optional' }, () => {
      throw new ProtocolError('invalid_params', 'There is no such file', { data: { path: '/a' } });
    });
    const server = new TestServer(registry);
    const client = new TaskClient(server);
    const task = await client.untilStatus(await client.begin('job'), 'failed');
    expect(task).not.toHaveProperty('result');
    expect(task.statusMessage).toBe('There is no such file');
    expect(task.error).toEqual({ code: -32602, message: 'There is no such file', data: { path: '/a' } });
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'job' });
    expect(body?.error).toEqual(task.error);
  });

  it('gives a task whose handler broke as failed, without what it threw, and reports that', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    const thrown = new Error('password=hunter2');
    registry.tool('job', { task: 'optional' }, () => {
      throw thrown;
    });
    const server = new TestServer(registry);
    const client = new TaskClient(server);
    const task = await client.untilStatus(await client.begin('job'), 'failed');
    const [report] = server.reports;
    expect(report).toMatchObject({ error: thrown, method: 'tools/call', target: 'job' });
    expect(task.error).toEqual({ code: -32603, message: 'Internal error', data: { reference: report?.reference } });
    expect(task.statusMessage).toBe('Internal error');
    expect(JSON.stringify(task)).not.toContain('hunter2');
  });

  it('gives what only the handler knew to be forbidden as failed, with the scopes', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: 'optional' }, (_args, ctx) => {
      ctx.requireScopes('files:delete');
    });
    const client = new TaskClient(new TestServer(registry), { caller: callerWith('files:read') });
    const task = await client.untilStatus(await client.begin('job'), 'failed');
    expect(task.error).toMatchObject({ code: -32602, data: { requiredScopes: ['files:delete'] } });
  });

  it('gives a task that took longer than its tool may as completed, with isError', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: 'optional', timeoutMs: 5 }, () => new Promise(() => undefined));
    const client = new TaskClient(new TestServer(registry));
    const task = await client.untilStatus(await client.begin('job'), 'completed');
    expect(task.result).toEqual({ content: text('The request took longer than 5 ms'), isError: true });
  });

  it('says what the handler says of its progress, and keeps none of its log messages', async () => {
    const events = new EventEmitter();
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: 'optional' }, async (_args, ctx) => {
      await ctx.log('warning', 'not for tasks');
      await ctx.progress(1, 3, 'one of three');
      await ctx.progress(1, 3, 'the same again');
      await ctx.progress(2, 3);
      events.emit('told');
      await once(events, 'finish');
      return 'done';
    });
    const client = new TaskClient(new TestServer(registry));
    const told = once(events, 'told');
    const taskId = await client.begin('job');
    await told;
    const task = await client.get(taskId);
    expect(task).toMatchObject({ status: 'working', statusMessage: 'one of three' });
    expect(Date.parse(task.lastUpdatedAt)).toBeGreaterThanOrEqual(Date.parse(task.createdAt));
    events.emit('finish');
    expect(await client.untilStatus(taskId, 'completed')).not.toHaveProperty('statusMessage');
  });

  it('refuses a log message of a level that there is not', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: 'optional' }, async (_args, ctx) => {
      await ctx.log('loud' as 'debug', 'x');
    });
    const server = new TestServer(registry);
    const client = new TaskClient(server);
    await client.untilStatus(await client.begin('job'), 'failed');
    expect(server.reports[0]?.error).toEqual(new TypeError('loud is no level of a log message'));
  });

  it('gives -32602 with a message for an unknown task, an expired one and one of somebody else', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setTimeout', 'clearTimeout'] });
    const { server } = start();
    const ada = new TaskClient(server, { caller: callerWith() });
    const taskId = await ada.begin('quick');
    const unknown = await ada.send('tasks/get', { taskId: 'unknown' });
    expect(unknown.body?.error).toEqual({
      code: -32602,
      message: 'Unknown task: it does not exist, or not any more',
    });
    const stranger = await new TaskClient(server, { caller: nobody }).send('tasks/get', { taskId });
    expect(stranger).toEqual(unknown);
    expect((await ada.get(taskId)).taskId).toBe(taskId);
    jest.setSystemTime(Date.now() + 3_600_000);
    expect(await ada.send('tasks/get', { taskId })).toEqual(unknown);
  });

  it('gives -32602 for a task whose tool is gone, since nothing says who may see it', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('other', { task: 'optional' }, () => 'done');
    const handle = registry.tool('job', { task: 'optional' }, () => 'done');
    const client = new TaskClient(new TestServer(registry));
    const taskId = await client.begin('job');
    handle.remove();
    expect((await client.send('tasks/get', { taskId })).body?.error?.code).toBe(-32602);
  });

  it('gives -32602 for a taskId that is no text', async () => {
    const { client } = start();
    const { body } = await client.send('tasks/get', { taskId: 7 });
    expect(body?.error).toEqual({ code: -32602, message: 'Invalid params: taskId must be a string' });
  });
});

describe('tasks/cancel', () => {
  it('aborts the handler, and is answered with nothing but resultType complete', async () => {
    const { client, events, server } = start();
    const aborted = once(events, 'aborted');
    const begun = once(events, 'begun');
    const taskId = await client.begin('job');
    await begun;
    const { body } = await client.cancel(taskId);
    const { _meta, ...rest } = body?.result ?? {};
    expect([rest, typeof _meta]).toEqual([{ resultType: 'complete' }, 'object']);
    await aborted;
    const task = await client.get(taskId);
    expect(task).toMatchObject({ status: 'cancelled', statusMessage: 'Cancelled by the client' });
    expect(task).not.toHaveProperty('result');
    expect(server.reports).toEqual([]);
  });

  it('leaves a task cancelled when its handler returns all the same', async () => {
    const events = new EventEmitter();
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('stubborn', { task: 'optional' }, async (_args, ctx) => {
      await once(events, 'finish');
      await ctx.progress(1, 1, 'too late');
      events.emit('returned');
      return 'done';
    });
    const client = new TaskClient(new TestServer(registry));
    const taskId = await client.begin('stubborn');
    await client.cancel(taskId);
    const returned = once(events, 'returned');
    events.emit('finish');
    await returned;
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    expect(await client.get(taskId)).toMatchObject({ status: 'cancelled', statusMessage: 'Cancelled by the client' });
  });

  it('changes nothing of a task that is over, and is acknowledged', async () => {
    const { client } = start();
    const taskId = await client.begin('quick');
    const before = await client.untilStatus(taskId, 'completed');
    const { body } = await client.cancel(taskId);
    expect(body?.result).toMatchObject({ resultType: 'complete' });
    expect(await client.get(taskId)).toEqual(before);
  });

  it('gives -32602 for an unknown task', async () => {
    const { client } = start();
    expect((await client.cancel('unknown')).body?.error?.code).toBe(-32602);
  });
});

describe('a task', () => {
  it('is not cancelled by notifications/cancelled with the id of the call, nor by a client that goes away', async () => {
    const { events, registry } = jobs();
    const server = new TestServer(registry);
    const gone = new Cancelling();
    const connection = connectionWith({});
    const client = new TaskClient(server, { disconnect: gone, connection });
    const begun = once(events, 'begun');
    const taskId = await client.begin('job');
    await begun;
    await server.send(
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
      { connection, header: '2026-07-28' },
    );
    gone.cancel();
    const later = new TaskClient(server);
    expect(await later.get(taskId)).toMatchObject({ status: 'working' });
    events.emit('finish');
    expect(await later.untilStatus(taskId, 'completed')).toMatchObject({ result: { content: text('finished') } });
  });

  it('has no stream to close, and finds in its context who called and with what', async () => {
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    registry.tool('job', { task: 'optional' }, (_args, ctx) => {
      ctx.closeStream();
      const { auth, client, meta, protocolVersion, requestId } = ctx;
      return { subject: auth?.subject, name: client.name, known: Object.keys(meta).length, protocolVersion, requestId };
    });
    const client = new TaskClient(new TestServer(registry), { caller: callerWith() });
    const task = await client.untilStatus(await client.begin('job'), 'completed');
    const [block] = task.result?.content as readonly { text: string }[];
    expect(JSON.parse(block?.text ?? '')).toMatchObject({
      subject: 'user-1',
      protocolVersion: '2026-07-28',
      requestId: 1,
    });
  });
});

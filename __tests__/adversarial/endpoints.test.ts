// Two endpoints of one app share their stores, and a token is good for both. State of one must not be reachable through the other.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Registry, RouterStores } from '../../lib/index.js';
import {
  createRegistry,
  memoryEventLog,
  memoryMessageBus,
  memorySessionStore,
  memoryTaskStore,
} from '../../lib/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { TestServer, callerWith, nobody } from '../support/dispatching.js';
import { issuer } from '../support/mcp-app.js';
import type { OpenClient } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { closeEndpoints, jsonOf, RunningEndpoint, streamOf, TestSession } from '../support/running-endpoint.js';
import { TaskClient, withTasks } from '../support/task-client.js';

afterEach(closeEndpoints);

const resources = { open: 'https://api.example.com/mcp', admin: 'https://admin.example.com/mcp' } as const;
const requestStateKey = new Uint8Array(32).fill(7);

type Stores = Omit<Required<RouterStores>, 'replay'>;

/** Both endpoints have a tool of the same name; what it answers differs. */
function registryOf(name: string): Registry {
  const registry = createRegistry({ name, version: '1.0.0' });
  registry.tool('report', { task: 'optional' }, () => `the report of ${name}`);
  registry.tool('ask', {}, (_args, ctx) => {
    if (ctx.inputResponses !== undefined) return `goes on at ${name} with ${JSON.stringify(ctx.requestState)}`;
    const params = { message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };
    return ctx.inputRequired({ requests: { sure: { method: 'elicitation/create', params } }, state: `of ${name}` });
  });
  registry.tool('progress', {}, async (_args, ctx) => {
    await ctx.progress(1);
    return `worked at ${name}`;
  });
  registry.resource('notes://one', {}, () => 'one');
  return registry as Registry;
}

async function start(stores: Stores) {
  const registries = { open: registryOf('open'), admin: registryOf('admin') };
  const [open, admin] = await Promise.all(
    (['open', 'admin'] as const).map((name) =>
      RunningEndpoint.start(registries[name], {
        sessions: true,
        stores,
        requestStateKey,
        auth: { resource: resources[name] },
      }),
    ),
  );
  if (open === undefined || admin === undefined) throw new Error('Both were started');
  const token = await issuer.token({ audience: Object.values(resources) });
  return { open, admin, registries, headers: { Authorization: `Bearer ${token}` } };
}

function suite(openStores: () => Promise<Stores>): void {
  it('a session is unknown at the other: to its requests, its stream, its end and its answers', async () => {
    const { open, admin, headers } = await start(await openStores());
    const session = await admin.openSession('2025-11-25', { headers });
    const elsewhere = new TestSession(open, session.id, '2025-11-25', headers);
    expect((await elsewhere.call('report')).status).toBe(404);
    expect((await elsewhere.listen()).status).toBe(404);
    expect((await elsewhere.answer('x', { result: {} })).status).toBe(404);
    expect((await elsewhere.end()).status).toBe(404);
    expect((await session.call('report')).status).toBe(200);
  });

  it('a stream that broke cannot be resumed at the other', async () => {
    const { open, admin, headers } = await start(await openStores());
    const session = await admin.openSession('2025-11-25', { headers });
    const stream = streamOf(await session.call('progress', { _meta: { progressToken: 1 } }));
    const events = await stream.restOfBlocks();
    const lastEventId = events.find(({ id }) => id !== undefined)?.id ?? '';
    expect(lastEventId).not.toBe('');
    const resume = { 'Last-Event-ID': lastEventId };
    const elsewhere = new TestSession(open, session.id, '2025-11-25', headers);
    expect((await elsewhere.listen(resume)).status).toBe(404);
    const own = await open.openSession('2025-11-25', { headers });
    expect((await own.listen(resume)).status).toBe(404);
    expect(JSON.stringify(await streamOf(await session.listen(resume)).rest())).toContain('worked at admin');
  });

  it.each(['tasks/get', 'tasks/update', 'tasks/cancel'])('%s does not find a task of the other', async (method) => {
    const { open, admin, headers } = await start(await openStores());
    const meta = { _meta: withTasks };
    const begun = await jsonOf(await admin.modern('tools/call', { name: 'report', ...meta }, { headers }));
    const taskId = String(begun.result?.['taskId']);
    const params = { taskId, inputResponses: {}, ...meta };
    const answer = await jsonOf(await open.modern(method, params, { headers }));
    expect(answer).toMatchObject({ error: { code: -32602, message: expect.stringContaining('Unknown task') } });
    expect(await jsonOf(await admin.modern('tasks/get', params, { headers }))).toMatchObject({ result: { taskId } });
  });

  it('nobody listens to a task of the other', async () => {
    const { open, admin, headers } = await start(await openStores());
    const meta = { _meta: withTasks };
    const begun = await jsonOf(await admin.modern('tools/call', { name: 'report', ...meta }, { headers }));
    const notifications = { taskIds: [begun.result?.['taskId']] };
    const acknowledged = await streamOf(
      await open.modern('subscriptions/listen', { notifications, ...meta }, { headers }),
    ).next();
    expect(acknowledged?.params?.['notifications']).toEqual({});
    const own = streamOf(await admin.modern('subscriptions/listen', { notifications, ...meta }, { headers }));
    expect((await own.next())?.params?.['notifications']).toEqual(notifications);
  });

  it('sealed state is not valid at the other', async () => {
    const { open, admin, headers } = await start(await openStores());
    const _meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
    const asked = await jsonOf(await admin.modern('tools/call', { name: 'ask', _meta }, { headers }));
    const requestState = asked.result?.['requestState'];
    expect(requestState).toEqual(expect.any(String));
    const params = { name: 'ask', _meta, requestState, inputResponses: { sure: { action: 'accept' } } };
    expect(await jsonOf(await open.modern('tools/call', params, { headers }))).toMatchObject({
      error: { code: -32602 },
    });
    const own = await jsonOf(await admin.modern('tools/call', params, { headers }));
    expect(own.result?.['content']).toEqual([{ type: 'text', text: 'goes on at admin with "of admin"' }]);
  });

  it('nobody hears of changes at the other', async () => {
    const { open, admin, registries, headers } = await start(await openStores());
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['notes://one'] };
    const listeners = await Promise.all(
      [open, admin].map(async (endpoint) => {
        const stream = streamOf(await endpoint.modern('subscriptions/listen', { notifications }, { headers }));
        await stream.next();
        return stream;
      }),
    );
    registries.admin.resourceUpdated('notes://one');
    registries.admin.tool('secret', {}, () => '');
    const [ofOpen, ofAdmin] = listeners.map(async (stream) => stream.next());
    expect((await ofAdmin)?.method).toMatch(/^notifications\//);
    await wait(200);
    registries.open.resourceUpdated('notes://one');
    // The first that it hears is its own.
    expect(await ofOpen).toMatchObject({ method: 'notifications/resources/updated' });
  });
}

describe('two endpoints that share stores in memory', () => {
  suite(async () =>
    Promise.resolve({
      bus: memoryMessageBus(),
      sessions: memorySessionStore(),
      events: memoryEventLog(),
      tasks: memoryTaskStore(),
    }),
  );
});

describeWithRedis('two endpoints that share a Redis', () => {
  const [[, openClient]] = clientsOfServer as readonly [(typeof clientsOfServer)[number]];
  let server: RedisServer;
  const clients: OpenClient[] = [];
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });
  suite(async () => {
    const client = await openClient(server.port);
    clients.push(client);
    const { bus, sessions, events, tasks } = redisStores(client.client);
    return { bus, sessions, events, tasks };
  });
});

describe('a task whose process died', () => {
  it('is taken up by its own endpoint, whoever searches first, and never run by a tool of the same name elsewhere', async () => {
    const taskStore = memoryTaskStore();
    const dying = { ...taskStore, create: jest.fn<typeof taskStore.create>() };
    dying.create.mockImplementation((task, seconds, { owner }, most) =>
      taskStore.create(task, seconds, { owner, seconds: 0 }, most),
    );
    const ran: string[] = [];
    const registryWith = (name: string, work: () => unknown) => {
      const registry = createRegistry({ name, version: '1.0.0' });
      registry.tool('job', { task: { support: 'required', repeatable: true } }, () => {
        ran.push(name);
        return work();
      });
      return registry;
    };
    const dead = new TestServer(
      registryWith('admin', () => new Promise(() => undefined)),
      { taskStore: dying },
    );
    const client = new TaskClient(dead, { caller: callerWith() });
    // More than one search takes at once.
    const ids = await Promise.all(Array.from({ length: 25 }, () => client.begin('job')));
    ran.length = 0;
    const other = new TestServer(
      registryWith('open', () => 'wrong'),
      { taskStore },
    );
    const own = new TestServer(
      registryWith('admin', () => 'right'),
      { taskStore },
    );
    await other.dispatcher.taskKeeper.search();
    expect(ran).toEqual([]);
    for (let search = 0; search < 3; search++) await own.dispatcher.taskKeeper.search();
    const reader = new TaskClient(own, { caller: callerWith() });
    for (const id of ids) {
      expect((await reader.untilStatus(id, 'completed')).result?.content).toMatchObject([{ text: 'right' }]);
    }
    expect(ran).toEqual(ids.map(() => 'admin'));
  });

  it('of an endpoint is found behind those of another', async () => {
    const taskStore = memoryTaskStore();
    const dying = { ...taskStore, create: jest.fn<typeof taskStore.create>() };
    dying.create.mockImplementation((task, seconds, { owner }, most) =>
      taskStore.create(task, seconds, { owner, seconds: 0 }, most),
    );
    const registryWith = (name: string, answer: unknown) => {
      const registry = createRegistry({ name, version: '1.0.0' });
      registry.tool('job', { task: { support: 'required', repeatable: true } }, () => answer);
      return registry;
    };
    const never = new Promise(() => undefined);
    const admin = new TaskClient(new TestServer(registryWith('admin', never), { taskStore: dying }), {
      caller: nobody,
    });
    await Promise.all(Array.from({ length: 30 }, () => admin.begin('job')));
    const dead = new TaskClient(new TestServer(registryWith('open', never), { taskStore: dying }), { caller: nobody });
    const id = await dead.begin('job');
    const open = new TestServer(registryWith('open', 'done'), { taskStore });
    await open.dispatcher.taskKeeper.search();
    expect(await new TaskClient(open, { caller: nobody }).untilStatus(id, 'completed')).toMatchObject({
      status: 'completed',
    });
  });
});

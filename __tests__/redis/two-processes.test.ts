import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createRegistry, revokeTokens } from '../../lib/index.js';
import type { RedisStores } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { DpopClient } from '../support/dpop-client.js';
import { issuer } from '../support/mcp-app.js';
import type { OpenClient, OpenClientOf } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { closeEndpoints, jsonOf, RunningEndpoint, streamOf, TestSession, until } from '../support/running-endpoint.js';

/** The parts of a separate process: an app, a registry, a client of Redis. */
interface Process {
  readonly endpoint: RunningEndpoint;
  readonly registry: ReturnType<typeof createRegistry>;
  readonly stores: RedisStores;
  /** Reports and controls the handlers' work. */
  readonly events: EventEmitter;
}

function registryWith(events: EventEmitter): ReturnType<typeof createRegistry> {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.resource('notes://all', {}, () => 'all notes');
  registry.tool('hello', {}, () => 'hello');
  registry.tool('ask', {}, (_args, ctx) => {
    const answer = ctx.inputResponses?.['who'];
    if (answer !== undefined) return `Hello ${JSON.stringify(answer['content'])}`;
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
    const params = { mode: 'form', message: 'Who?', requestedSchema };
    return ctx.inputRequired({ requests: { who: { method: 'elicitation/create', params } } });
  });
  registry.tool('work', {}, async (_args, ctx) => {
    await ctx.progress(1, 2, 'half');
    ctx.signal.addEventListener('abort', () => events.emit('aborted'), { once: true });
    events.emit('working');
    await once(events, 'finish', { signal: ctx.signal });
    return 'worked';
  });
  return registry;
}

const clients: OpenClient[] = [];
const opened: RedisStores[] = [];

async function startProcess(port: number, openClient: OpenClientOf, auth = false): Promise<Process> {
  const client = await openClient(port);
  const stores = redisStores(client.client);
  clients.push(client);
  opened.push(stores);
  const { bus, events: log, replay, revocation, sessions } = stores;
  const events = new EventEmitter();
  const registry = registryWith(events);
  const endpoint = await RunningEndpoint.start(registry, {
    sessions: true,
    stores: { bus, sessions, events: log },
    ...(auth ? { auth: { dpop: 'supported', stores: { replay, revocation } } } : {}),
  });
  return { endpoint, registry, stores, events };
}

/** Repeats a change until it is heard: a process listens soon after its start, not at once. */
async function untilHeard(change: () => void, hear: Promise<unknown>): Promise<unknown> {
  let heard: { readonly message: unknown } | undefined;
  void hear.then((message) => (heard = { message }));
  await until('the change is heard', () => {
    if (heard === undefined) change();
    return heard !== undefined;
  });
  return heard?.message;
}

describeWithRedis('two processes on one Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    await closeEndpoints();
    for (const stores of opened.splice(0)) await stores.close();
    for (const { close } of clients.splice(0)) close();
  });
  afterAll(() => server.stop());

  describe.each(clientsOfServer)('by way of the package %s', (_name, openClient) => {
    const both = async (auth = false): Promise<readonly [Process, Process]> => [
      await startProcess(server.port, openClient, auth),
      await startProcess(server.port, openClient, auth),
    ];
    const elsewhere = ({ endpoint }: Process, { id }: TestSession): TestSession =>
      new TestSession(endpoint, id, '2025-11-25');

    it('tell a GET stream of the one what changed in the other', async () => {
      const [a, b] = await both();
      const session = await a.endpoint.openSession();
      // Subscribed through one process, listened to through the other.
      expect((await jsonOf(await session.request('resources/subscribe', { uri: 'notes://all' }))).result).toEqual({});
      const stream = streamOf(await elsewhere(b, session).listen());
      let count = 0;
      const list = await untilHeard(() => a.registry.tool(`tool-${count++}`, {}, () => 'new'), stream.next());
      expect(list).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
      const updated = (async () => {
        for (let message = await stream.next(); ; message = await stream.next()) {
          if (message?.method !== 'notifications/tools/list_changed') return message;
        }
      })();
      a.registry.resourceUpdated('notes://all');
      expect(await updated).toEqual({
        jsonrpc: '2.0',
        method: 'notifications/resources/updated',
        params: { uri: 'notes://all' },
      });
    });

    it('tell a modern subscription of the one what changed in the other', async () => {
      const [a, b] = await both();
      const notifications = { toolsListChanged: true, resourceSubscriptions: ['notes://all'] };
      const stream = streamOf(await b.endpoint.modern('subscriptions/listen', { notifications }));
      expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
      const update = await untilHeard(() => {
        a.registry.resourceUpdated('notes://all');
      }, stream.next());
      expect(update).toMatchObject({ method: 'notifications/resources/updated', params: { uri: 'notes://all' } });
    });

    it('bring an answer that arrives at the one to the call that waits in the other', async () => {
      const [a, b] = await both();
      const session = await a.endpoint.openSession('2025-11-25', { capabilities: { elicitation: {} } });
      const stream = streamOf(await session.call('ask'));
      const question = await stream.next();
      expect(question).toMatchObject({ method: 'elicitation/create', params: { message: 'Who?' } });
      const answered = await elsewhere(b, session).answer(question?.id, {
        result: { action: 'accept', content: { name: 'Ada' } },
      });
      expect(answered.status).toBe(202);
      expect(await stream.next()).toMatchObject({
        id: 1,
        result: { content: [{ type: 'text', text: 'Hello {"name":"Ada"}' }] },
      });
    });

    it('go on in the one with a stream that broke in the other, whose call still runs', async () => {
      const [a, b] = await both();
      const session = await a.endpoint.openSession();
      const working = once(a.events, 'working');
      const stream = streamOf(await session.call('work', { _meta: { progressToken: 'p' } }));
      const primed = await stream.nextBlock();
      await working;
      await stream.cancel();
      const resumed = streamOf(await elsewhere(b, session).listen({ 'Last-Event-ID': primed?.id ?? '' }));
      expect(await resumed.next()).toMatchObject({ method: 'notifications/progress', params: { progress: 1 } });
      a.events.emit('finish');
      expect(await resumed.rest()).toMatchObject([{ id: 1, result: { content: [{ text: 'worked' }] } }]);
    });

    it('call off in the other what is cancelled in the one', async () => {
      const [a, b] = await both();
      const session = await a.endpoint.openSession();
      const working = once(a.events, 'working');
      const aborted = once(a.events, 'aborted');
      const stream = streamOf(await session.call('work', { _meta: { progressToken: 'p' } }, 'call-1'));
      await working;
      let isAborted = false;
      void aborted.then(() => (isAborted = true));
      await until('the handler is told', async () => {
        await elsewhere(b, session).notify('notifications/cancelled', { requestId: 'call-1' });
        return isAborted;
      });
      // The call gets no answer, only the end of its stream.
      expect(await stream.rest()).toMatchObject([{ method: 'notifications/progress' }]);
    });

    it('end in both what is ended in the one', async () => {
      const [a, b] = await both();
      const session = await a.endpoint.openSession();
      const stream = streamOf(await elsewhere(b, session).listen());
      expect((await session.end()).status).toBe(204);
      expect(await stream.rest()).toEqual([]);
      expect((await elsewhere(b, session).request('ping')).status).toBe(404);
    });

    it('refuse in the other a DPoP proof that was used in the one', async () => {
      const [a, b] = await both(true);
      const client = await DpopClient.create();
      const token = await client.token();
      const headers = { Authorization: `DPoP ${token}`, DPoP: await client.proof(token) };
      expect((await a.endpoint.modern('tools/call', { name: 'hello' }, { headers })).status).toBe(200);
      const refused = await b.endpoint.modern('tools/call', { name: 'hello' }, { headers });
      expect(refused.status).toBe(401);
      expect(await refused.json()).toMatchObject({ error_description: 'The DPoP proof was used before' });
    });

    it('refuse in the other a token that was revoked in the one', async () => {
      const [a, b] = await both(true);
      const subject = crypto.randomUUID();
      const headers = { Authorization: `Bearer ${await issuer.token({ subject })}` };
      expect((await b.endpoint.modern('tools/call', { name: 'hello' }, { headers })).status).toBe(200);
      await revokeTokens(a.stores.revocation, { issuer: issuer.issuer, subject });
      const refused = await b.endpoint.modern('tools/call', { name: 'hello' }, { headers });
      expect(refused.status).toBe(401);
      expect(await refused.json()).toMatchObject({ error_description: 'The access token was revoked' });
    });
  });
});

describeWithRedis('without Redis', () => {
  it('modern calls go on, what needs it is refused with 503 and Retry-After, and all is back with it', async () => {
    const server = await RedisServer.start();
    const [[, openClient] = []] = clientsOfServer;
    if (openClient === undefined) throw new Error('There are no clients');
    const open = await startProcess(server.port, openClient);
    const guarded = await startProcess(server.port, openClient, true);
    const dpop = await DpopClient.create();
    const token = await dpop.token();
    const withProof = async () => ({ Authorization: `DPoP ${token}`, DPoP: await dpop.proof(token) });
    const session = await open.endpoint.openSession();
    await server.kill();

    const call = await open.endpoint.modern('tools/call', { name: 'hello' });
    expect(call.status).toBe(200);
    const refusals = [
      await session.request('ping'),
      await guarded.endpoint.modern('tools/list', {}, { headers: await withProof() }),
      await guarded.endpoint.modern('tools/list', {}, { headers: { Authorization: `Bearer ${await issuer.token()}` } }),
    ];
    expect(refusals.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [503, '5'],
      [503, '5'],
      [503, '5'],
    ]);

    await server.begin();
    await until('a session can be opened', async () => {
      const response = await open.endpoint.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params: initialize });
      await response.text();
      return response.status === 200;
    });
    const stream = streamOf(await open.endpoint.modern('subscriptions/listen', { notifications }));
    await stream.next();
    const heard = await untilHeard(() => {
      guarded.registry.resourceUpdated('notes://all');
    }, stream.next());
    expect(heard).toMatchObject({ method: 'notifications/resources/updated' });

    await closeEndpoints();
    for (const stores of opened.splice(0)) await stores.close();
    for (const { close } of clients.splice(0)) close();
    await server.stop();
  });
});

const notifications = { resourceSubscriptions: ['notes://all'] };
const initialize = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'tests', version: '1.0.0' },
};

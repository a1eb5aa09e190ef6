import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SessionStore } from '../../../lib/index.js';
import { createRegistry, memoryMessageBus, memorySessionStore } from '../../../lib/index.js';
import { requestOf } from '../../support/dispatching.js';
import { issuer } from '../../support/mcp-app.js';
import {
  RunningEndpoint,
  TestSession,
  closeEndpoints,
  jsonOf,
  legacyVersions,
  streamOf,
  until,
} from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
function simple() {
  const registry = createRegistry({ name: 'sessions', version: '1.0.0' });
  const events = new EventEmitter();
  registry.tool('hello', {}, () => 'hello');
  registry.tool('who', {}, (_args, ctx) => `${ctx.client.name ?? '?'} ${ctx.protocolVersion}`);
  registry.tool('wait', { timeoutMs: 600_000 }, async (_args, ctx) => {
    await ctx.progress(1);
    events.emit('begun');
    await Promise.race([once(events, 'finish'), once(ctx.signal, 'abort')]);
    events.emit('over', ctx.signal.reason);
    return 'done';
  });
  registry.resource('notes://one', {}, () => 'one');
  registry.resource('notes://two', {}, () => 'two');
  registry.resource('notes://secret', { scopes: ['notes:read'] }, () => 'secret');
  registry.resourceTemplate('notes://by/{name}', {}, ({ variables }) => variables.name);
  return { registry, events };
}

const bearer = async (more: Parameters<typeof issuer.token>[0] = {}): Promise<{ Authorization: string }> => ({
  Authorization: `Bearer ${await issuer.token(more)}`,
});
const notFound = { error: { code: -32600, message: 'This session does not exist or has ended' } };

describe('sessions', () => {
  it.each(legacyVersions)('of %s begin with initialize, remember the client, and end with DELETE', async (version) => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const session = await endpoint.openSession(version);
    const who = await session.call('who');
    expect(who.headers.get('mcp-session-id')).toBeNull();
    expect(await jsonOf(who)).toMatchObject({ result: { content: [{ text: `tests ${version}` }] } });
    expect((await session.end()).status).toBe(204);
    const gone = await session.call('who');
    expect(gone.status).toBe(404);
    expect(await jsonOf(gone)).toMatchObject(notFound);
    expect((await session.listen()).status).toBe(404);
    expect((await session.end()).status).toBe(404);
  });

  it('take the agreed version for what a client says without a header', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const { id } = await endpoint.openSession('2025-06-18');
    const response = await endpoint.post(requestOf('2025-06-18', 'tools/call', { name: 'who' }), {
      'Mcp-Session-Id': id,
    });
    expect(await jsonOf(response)).toMatchObject({ result: { content: [{ text: 'tests 2025-06-18' }] } });
  });

  it('are not for modern requests, which get no session and need none', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const headers = { 'Mcp-Session-Id': 'made-up' };
    const response = await endpoint.modern('tools/call', { name: 'hello' }, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get('mcp-session-id')).toBeNull();
  });

  it('with sessions on, a request without Mcp-Session-Id that is no initialize gets 400', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const headers = { 'MCP-Protocol-Version': '2025-11-25' };
    const posted = await endpoint.post(requestOf('2025-11-25', 'tools/list'), headers);
    const got = await endpoint.fetch('GET', { Accept: 'text/event-stream', ...headers });
    const deleted = await endpoint.fetch('DELETE', headers);
    for (const response of [posted, got, deleted]) {
      expect(response.status).toBe(400);
      expect(await jsonOf(response)).toMatchObject({ error: { message: 'Mcp-Session-Id is missing' } });
    }
  });

  it('an id that a client made up gets 404, also with initialize, so that nobody fixes the id of somebody else', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const session = new TestSession(endpoint, 'chosen-by-an-attacker', '2025-11-25');
    expect((await session.call('hello')).status).toBe(404);
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
    const response = await session.request('initialize', params);
    expect(response.status).toBe(404);
    expect(response.headers.get('mcp-session-id')).toBeNull();
  });

  it('ids of sessions have 122 random bits, are of characters from 0x21 to 0x7E, and no two are the same', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const ids = new Set<string>();
    for (let count = 0; count < 20; count++) ids.add((await endpoint.openSession()).id);
    expect(ids.size).toBe(20);
    for (const id of ids) {
      expect(id).toMatch(/^[\x21-\x7e]+$/);
      // A random UUID (RFC 9562 §5.4) has 122 random bits.
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it.each([
    ['another subject', { subject: 'eve' }],
    ['the same subject with another client', { clientId: 'other-client' }],
  ])('are bound to who opened them: for %s they do not exist, and neither do their streams', async (_who, other) => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true, auth: {} });
    const session = await endpoint.openSession('2025-11-25', { headers: await bearer() });
    const stolen = new TestSession(endpoint, session.id, '2025-11-25', await bearer(other));
    for (const response of [await stolen.call('hello'), await stolen.listen(), await stolen.end()]) {
      expect(response.status).toBe(404);
      expect(await jsonOf(response)).toMatchObject(notFound);
    }
    expect((await session.call('hello')).status).toBe(200);
    const renewed = new TestSession(endpoint, session.id, '2025-11-25', await bearer({ scope: 'more' }));
    expect((await renewed.call('hello')).status).toBe(200);
  });

  it('ask for the token before anything else', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true, auth: {} });
    const { id } = await endpoint.openSession('2025-11-25', { headers: await bearer() });
    const anonymous = new TestSession(endpoint, id, '2025-11-25');
    const answers = [await anonymous.call('hello'), await anonymous.listen(), await anonymous.end()];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it('get 404 after their idle time', async () => {
    const store = memorySessionStore();
    const read: number[] = [];
    const watched: SessionStore = {
      ...store,
      read: (id, seconds) => {
        read.push(seconds);
        return store.read(id, seconds);
      },
    };
    const stores = { sessions: watched };
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: { idleSeconds: 1 }, stores });
    const session = await endpoint.openSession();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await session.call('hello')).status).toBe(404);
    expect(new Set(read)).toEqual(new Set([1]));
  });

  it('do not keep a handshake that is too large', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const open = async (capabilities: unknown) =>
      endpoint.fetch(
        'POST',
        { Accept: 'application/json', 'Content-Type': 'application/json' },
        `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{},` +
          `"capabilities":${JSON.stringify(capabilities)}}}`,
      );
    const large = await open({ experimental: { x: 'x'.repeat(100_000) } });
    expect(await jsonOf(large)).toMatchObject({ error: { code: -32602 } });
    expect(large.headers.get('mcp-session-id')).toBeNull();
  });
});

describe('a store or bus that fails', () => {
  const down = () => Promise.reject(new Error('redis is down'));
  const failing = (...methods: readonly (keyof SessionStore)[]): SessionStore => ({
    ...memorySessionStore(),
    ...Object.fromEntries(methods.map((method) => [method, down])),
  });

  it('while a session begins gives 503 and no session', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, {
      sessions: true,
      stores: { sessions: failing('create') },
    });
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
    const response = await endpoint.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    expect([response.status, response.headers.get('mcp-session-id')]).toEqual([503, null]);
    // Also if the refusal is the answer to a message.
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.text()).not.toContain('redis');
  });

  it('while a session is looked for, changed or ended gives 503 or an error, and never what is inside', async () => {
    const session = memorySessionStore();
    const broken = new Set<string>();
    const guarded =
      <Args extends unknown[], T>(name: string, act: (...args: Args) => Promise<T>) =>
      (...args: Args): Promise<T> => {
        // It throws instead of rejecting: stores may be written by other developers.
        if (broken.has(name)) throw new Error('redis is down');
        return act(...args);
      };
    const store: SessionStore = {
      create: session.create,
      read: guarded('read', session.read),
      change: guarded('change', session.change),
      delete: guarded('delete', session.delete),
      close: session.close,
    };
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true, stores: { sessions: store } });
    const client = await endpoint.openSession();
    broken.add('delete').add('change');
    const ended = await client.end();
    expect([ended.status, ended.headers.get('retry-after')]).toEqual([503, '5']);
    const subscribed = await client.request('resources/subscribe', { uri: 'notes://one' });
    expect([subscribed.status, subscribed.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await jsonOf(subscribed)).toMatchObject({ error: { code: -32603 } });
    broken.add('read');
    for (const response of [await client.call('hello'), await client.listen()]) {
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await response.text()).not.toContain('redis');
    }
    // The app gets the reason of a failed subscription by onError, the others by its own error middleware.
    expect(endpoint.errors).toEqual([new Error('redis is down')]);
  });

  it('costs no more than notifications of other processes where only those need it', async () => {
    const bus = { publish: down, subscribe: down, close: () => Promise.resolve() };
    const { registry } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true, stores: { bus } });
    const client = await endpoint.openSession();
    expect(await jsonOf(await client.request('resources/subscribe', { uri: 'notes://one' }))).toMatchObject({
      result: {},
    });
    expect((await client.call('hello', {}, 'x')).status).toBe(200);
    await client.notify('notifications/cancelled', { requestId: 'nothing' });
    registry.tool('another', {}, () => 'another');
    expect((await client.listen()).status).toBe(503);
    expect((await client.end()).status).toBe(204);
    expect(endpoint.errors).toEqual([]);
  });
});

describe('the GET stream of a session', () => {
  it('hears when lists change, and of resources only the URIs that it subscribed to', async () => {
    const { registry } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    await session.request('resources/subscribe', { uri: 'notes://one' });
    const response = await session.listen();
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store',
    });
    const stream = streamOf(response);
    registry.resourceUpdated('notes://two');
    registry.resourceUpdated('notes://one');
    expect(await stream.next()).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/resources/updated',
      params: { uri: 'notes://one' },
    });
    // Subscriptions that change while the stream is open count as well.
    await session.request('resources/subscribe', { uri: 'notes://by/__proto__' });
    await session.request('resources/unsubscribe', { uri: 'notes://one' });
    registry.resourceUpdated('notes://one');
    registry.resourceUpdated('notes://by/__proto__');
    expect(await stream.next()).toMatchObject({ params: { uri: 'notes://by/__proto__' } });
    const tool = registry.tool('late', {}, () => 'late');
    expect(await stream.next()).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    tool.remove();
    expect(await stream.next()).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    registry.prompt('late', {}, () => 'late');
    expect(await stream.next()).toEqual({ jsonrpc: '2.0', method: 'notifications/prompts/list_changed' });
    await stream.cancel();
  });

  it('is named in the context of handlers, and nothing is where there is none', async () => {
    const { registry } = simple();
    registry.tool('session', {}, (_args, { sessionId }) => String(sessionId));
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const textOf = async (response: Response): Promise<unknown> =>
      ((await response.json()) as { result: { content: { text: string }[] } }).result.content[0]?.text;
    expect(await textOf(await session.call('session'))).toBe(session.id);
    expect(await textOf(await endpoint.modern('tools/call', { name: 'session' }))).toBe('undefined');
  });

  it('does not have progress of a call that runs, nor its answer', async () => {
    const { registry, events } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const stream = streamOf(await session.listen());
    const call = streamOf(await session.call('wait', { _meta: { progressToken: 1 } }));
    await call.next();
    events.emit('finish');
    expect((await call.rest()).map(({ id }) => id)).toEqual([1]);
    registry.tool('late', {}, () => 'late');
    expect(await stream.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  });

  it('with two GET streams open in one session a list_changed comes on the newest of them only, and the other ends', async () => {
    const { registry } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const first = streamOf(await session.listen());
    const second = streamOf(await session.listen());
    expect(await first.rest()).toEqual([]);
    registry.tool('late', {}, () => 'late');
    expect(await second.next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  });

  it('of many opened at once leaves exactly one', async () => {
    const { registry } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const streams = (await Promise.all(Array.from({ length: 8 }, () => session.listen()))).map(streamOf);
    const heard = streams.map((stream) => stream.next());
    registry.tool('late', {}, () => 'late');
    const first = await Promise.race(
      heard.map(async (next) => (await next)?.method ?? (await new Promise(() => undefined))),
    );
    expect(first).toBe('notifications/tools/list_changed');
    await session.end();
    expect((await Promise.all(heard)).filter((message) => message !== undefined)).toHaveLength(1);
  });

  it('ends with its session, and tells a client to come back when the server closes down', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const session = await endpoint.openSession();
    const stream = streamOf(await session.listen());
    await session.end();
    expect(await stream.restOfBlocks()).toEqual([]);
    const other = await endpoint.openSession();
    const second = streamOf(await other.listen());
    await endpoint.router.close();
    expect(await second.restOfBlocks()).toEqual([{ retry: '1000' }]);
  });

  it('keeps its session, and ends when the session is gone all the same', async () => {
    const store = memorySessionStore();
    const endpoint = await RunningEndpoint.start(simple().registry, {
      sessions: { idleSeconds: 2 },
      keepAliveSeconds: 1,
      stores: { sessions: store },
    });
    const session = await endpoint.openSession();
    const stream = streamOf(await session.listen());
    for (let count = 0; count < 3; count++) expect(await stream.nextBlock()).toEqual({ comment: 'keep-alive' });
    expect((await session.call('hello')).status).toBe(200);
    await store.delete(session.id);
    expect(await stream.rest()).toEqual([]);
  });

  it('wants a client that accepts text/event-stream', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const session = await endpoint.openSession();
    expect((await session.listen({ Accept: 'application/json' })).status).toBe(406);
  });

  it('does not say that something changed that the token of its request may not see', async () => {
    const { registry } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true, auth: {} });
    const session = await endpoint.openSession('2025-11-25', { headers: await bearer({ scope: 'notes:read' }) });
    await session.request('resources/subscribe', { uri: 'notes://secret' });
    const weaker = new TestSession(endpoint, session.id, '2025-11-25', await bearer({ scope: 'other' }));
    expect((await weaker.request('resources/subscribe', { uri: 'notes://secret' })).status).toBe(403);
    const stream = streamOf(await weaker.listen());
    registry.resourceUpdated('notes://secret');
    registry.tool('hidden', { scopes: ['notes:read'], visibility: 'granted' }, () => 'hidden');
    registry.prompt('open', {}, () => 'open');
    expect(await stream.next()).toMatchObject({ method: 'notifications/prompts/list_changed' });
    const stronger = streamOf(await session.listen());
    registry.resourceUpdated('notes://secret');
    expect(await stronger.next()).toMatchObject({ params: { uri: 'notes://secret' } });
  });

  it('has at most 1000 subscriptions, none of them endless', async () => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
    const session = await endpoint.openSession();
    const subscribeTo = async (length: number, character: string) =>
      jsonOf(await session.request('resources/subscribe', { uri: `notes://by/${character.repeat(length - 11)}` }));
    expect(await subscribeTo(200_000, 'x')).toMatchObject({ result: {} });
    expect(await subscribeTo(62_145, 'y')).toMatchObject({
      error: {
        code: -32602,
        message: 'Invalid params: a session has at most subscriptions to URIs of 262144 characters together',
      },
    });
    expect(await subscribeTo(62_144, 'z')).toMatchObject({ result: {} });
    expect(await subscribeTo(200_000, 'x')).toMatchObject({ result: {} });
    const store = memorySessionStore();
    const uris = Array.from({ length: 1000 }, (_each, index) => [`uri notes://by/${String(index)}`, '']);
    const other = await RunningEndpoint.start(simple().registry, { sessions: true, stores: { sessions: store } });
    const full = await other.openSession();
    await store.change(full.id, Object.fromEntries(uris) as Record<string, string>);
    const again = await full.request('resources/subscribe', { uri: 'notes://by/7' });
    expect(await jsonOf(again)).toMatchObject({ result: {} });
    const more = await full.request('resources/subscribe', { uri: 'notes://by/new' });
    expect(await jsonOf(more)).toMatchObject({
      error: { code: -32602, message: 'Invalid params: a session has at most 1000 subscriptions' },
    });
  });
});

describe('cancellation in a session', () => {
  it('aborts ctx.signal with the text that the client gave as the reason, and ends the stream without an answer', async () => {
    const { registry, events } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const stream = streamOf(await session.call('wait', { _meta: { progressToken: 1 } }, 'call-1'));
    await stream.next();
    const over = once(events, 'over');
    const params = { requestId: 'call-1', reason: 'User asked\nFORGED LOG LINE' };
    expect((await session.notify('notifications/cancelled', params)).status).toBe(202);
    expect(await over).toEqual([
      new DOMException('The client called the request off: "User asked\uFFFDFORGED LOG LINE"', 'AbortError'),
    ]);
    expect(await stream.rest()).toEqual([]);
    expect(endpoint.errors).toEqual([]);
  });

  it('does nothing to a request of another session with the same id, nor when it is unknown or malformed', async () => {
    const { registry, events } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const other = await endpoint.openSession();
    const stream = streamOf(await session.call('wait', { _meta: { progressToken: 1 } }, 'call-1'));
    await stream.next();
    for (const params of [{ requestId: 'call-1' }, { requestId: 1.5 }, { requestId: null }, {}]) {
      expect((await other.notify('notifications/cancelled', params)).status).toBe(202);
    }
    expect((await session.notify('notifications/cancelled', { requestId: ['call-1'] })).status).toBe(202);
    events.emit('finish');
    expect(await stream.rest()).toMatchObject([{ id: 'call-1', result: { content: [{ text: 'done' }] } }]);
  });

  it('reaches the process where the request runs', async () => {
    const { registry, events } = simple();
    const stores = { bus: memoryMessageBus(), sessions: memorySessionStore() };
    const one = await RunningEndpoint.start(registry, { sessions: true, stores });
    const two = await RunningEndpoint.start(simple().registry, { sessions: true, stores });
    const session = await one.openSession();
    const stream = streamOf(await session.call('wait', { _meta: { progressToken: 1 } }, 'call-1'));
    await stream.next();
    const over = once(events, 'over');
    await new TestSession(two, session.id, '2025-11-25').notify('notifications/cancelled', {
      requestId: 'call-1',
      reason: 'enough',
    });
    expect(await over).toEqual([new DOMException('The client called the request off: "enough"', 'AbortError')]);
    expect(await stream.rest()).toEqual([]);
  });

  it('answers a client that takes no stream with 202 and nothing', async () => {
    const { registry, events } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const begun = once(events, 'begun');
    const message = requestOf('2025-11-25', 'tools/call', { name: 'wait' }, 'call-1');
    const answering = endpoint.post(message, { ...session.headers, Accept: 'application/json' });
    await begun;
    await session.notify('notifications/cancelled', { requestId: 'call-1' });
    const response = await answering;
    expect([response.status, await response.text()]).toEqual([202, '']);
  });
});

describe('a client of 2024-11-05 (HTTP+SSE)', () => {
  it.each([true, false])('gets a clear 4xx for its GET (with sessions: %j)', async (sessions) => {
    const endpoint = await RunningEndpoint.start(simple().registry, { sessions });
    const response = await endpoint.fetch('GET', { Accept: 'text/event-stream' });
    expect(response.status).toBe(sessions ? 400 : 405);
    expect(await jsonOf(response)).toMatchObject({ error: { code: -32600 } });
    expect(response.headers.get('allow')).toBe(sessions ? null : 'POST');
  });

  it.each(['HEAD', 'OPTIONS', 'PUT', 'PATCH'])(
    'and %s is answered with 405 that names what is allowed',
    async (method) => {
      const endpoint = await RunningEndpoint.start(simple().registry, { sessions: true });
      const response = await endpoint.fetch(method);
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, GET, DELETE']);
    },
  );
});

describe('a server that closes down', () => {
  it('may be closed twice, lets calls finish, and ends GET streams at once', async () => {
    const { registry, events } = simple();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const listening = streamOf(await session.listen());
    const call = streamOf(await session.call('wait', { _meta: { progressToken: 1 } }));
    await call.next();
    let isClosed = false;
    const closing = Promise.all([endpoint.router.close(), endpoint.router.close()]).then(() => (isClosed = true));
    expect(await listening.rest()).toEqual([]);
    await until('new requests are refused', async () => (await session.call('hello')).status === 503);
    expect(isClosed).toBe(false);
    events.emit('finish');
    expect((await call.rest()).map(({ id }) => id)).toEqual([1]);
    await closing;
    await endpoint.router.close();
  });
});

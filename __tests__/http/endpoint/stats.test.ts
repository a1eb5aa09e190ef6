import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ErrorReport, SessionRecord } from '../../../lib/index.js';
import { apiKeyVerifier, createRegistry, jwtVerifier, memorySessionStore } from '../../../lib/index.js';
import { observableEndpoints } from '../../../lib/server/calls/endpoint-stats.js';
import { serveStdio } from '../../../lib/stdio/index.js';
import { createTestIssuer } from '../../../lib/testing/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';
import { leftOpen } from '../../support/left-open.js';
import { issuer, notesRegistry, resource } from '../../support/mcp-app.js';
import { RunningEndpoint, closeEndpoints } from '../../support/running-endpoint.js';
import { withTasks } from '../../support/task-client.js';

afterEach(closeEndpoints);

const tokenFor = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });

describe('router.stats()', () => {
  it('counts decisions by what they came to, those of mcpAuth in front included', async () => {
    const endpoint = await RunningEndpoint.start(notesRegistry(), { auth: {} });
    const headers = await tokenFor('notes:read');
    await endpoint.modern('tools/call', { name: 'read' });
    await endpoint.modern('tools/call', { name: 'read' }, { headers: { Authorization: 'Bearer nonsense' } });
    for (const name of ['read', 'read', 'write', 'purge']) await endpoint.modern('tools/call', { name }, { headers });
    const { decisions, tokens } = endpoint.router.stats();
    expect(decisions).toEqual({
      accepted: 2,
      concealed: 1,
      insufficient_scope: 1,
      invalid_token: 1,
      unauthorized: 1,
    });
    expect(tokens).toBe(1);
  });

  it('counts a refusal by the scopes of the endpoint once, and what a handler demands', async () => {
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.tool('open', {}, () => 'x');
    registry.tool('late', {}, (_args, ctx) => {
      ctx.requireScopes('late');
      return 'x';
    });
    const endpoint = await RunningEndpoint.start(registry, { auth: { requiredScopes: ['mcp'] } });
    await endpoint.modern('tools/call', { name: 'open' }, { headers: await tokenFor('other') });
    expect(endpoint.router.stats().decisions).toEqual({ insufficient_scope: 1 });
    await endpoint.modern('tools/call', { name: 'late' }, { headers: await tokenFor('mcp') });
    expect(endpoint.router.stats().decisions).toEqual({ accepted: 1, insufficient_scope: 2 });
  });

  it('counts the messages of a batch, and policies that answer later', async () => {
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.tool('open', {}, () => 'x');
    registry.tool('denied', { policy: () => Promise.resolve(false) }, () => 'x');
    const endpoint = await RunningEndpoint.start(registry);
    const call = (id: number, name: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });
    await (await endpoint.post([call(1, 'open'), call(2, 'open')])).text();
    await (await endpoint.modern('tools/call', { name: 'denied' })).text();
    expect(endpoint.router.stats().decisions).toEqual({ accepted: 2, access_denied: 1 });
  });

  it('counts what nothing can be decided about: no message, no such item, a policy that fails', async () => {
    const registry = createRegistry({ name: 'x', version: '1' });
    const broken = { policy: () => Promise.reject(new Error('no database')) };
    registry.tool('open', {}, () => 'x');
    registry.tool('broken', broken, () => 'x');
    const reports: unknown[] = [];
    const onError = (_error: unknown, { method, target }: ErrorReport): void => {
      reports.push([method, target]);
    };
    const endpoint = await RunningEndpoint.start(registry, { maxBodyBytes: 2000, onError });
    const call = (id: number, name: string) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name } });
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
    for (const body of ['{no json', '{"jsonrpc":"2.0","id":1}', '[]', `"${'x'.repeat(3000)}"`]) {
      await (await endpoint.fetch('POST', headers, body)).text();
    }
    await (await endpoint.modern('tools/call', { name: 'missing' })).text();
    await (await endpoint.modern('tools/call', { name: 'broken' })).text();
    await (await endpoint.post([call(1, 'open'), call(2, 'missing'), call(3, 'broken')])).text();
    await (await endpoint.modern('tools/list', {}, { headers: { Origin: 'https://evil.example' } })).text();
    expect(endpoint.router.stats().decisions).toEqual({
      accepted: 1,
      body_too_large: 1,
      forbidden_origin: 1,
      internal_error: 2,
      invalid_message: 2,
      invalid_params: 2,
      parse_error: 1,
    });
    expect(reports).toEqual([
      ['tools/call', 'broken'],
      ['tools/call', 'broken'],
    ]);
    const withSessions = await RunningEndpoint.start(registry, { sessions: true });
    await (await withSessions.fetch('DELETE', { 'Mcp-Session-Id': 'none' })).text();
    await (await withSessions.fetch('DELETE')).text();
    await (await withSessions.fetch('PUT')).text();
    expect(withSessions.router.stats().decisions).toEqual({ session_not_found: 1, session_required: 1 });
  });

  it('tells open streams, sessions, runs of tasks and requests, and forgets them when they are over', async () => {
    let finish = (): void => undefined;
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.tool(
      'job',
      { task: 'required' },
      () =>
        new Promise<string>((resolve) => {
          finish = () => {
            resolve('done');
          };
        }),
    );
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const idle = { requests: 0, streams: 0, sessions: 0, tasks: 0, tokens: 0, keyAgeSeconds: {} };
    expect(endpoint.router.stats()).toMatchObject(idle);
    const session = await endpoint.openSession();
    const stream = await session.listen();
    await (await endpoint.modern('tools/call', { name: 'job', _meta: withTasks })).text();
    expect(endpoint.router.stats()).toMatchObject({ requests: 1, streams: 1, sessions: 1, tasks: 1 });
    finish();
    await session.end();
    await stream.text();
    while (endpoint.router.stats().tasks > 0 || endpoint.router.stats().requests > 0) await pause(5);
    expect(endpoint.router.stats()).toMatchObject(idle);
  });

  it('counts each limit that was reached', async () => {
    const registry = createRegistry({ name: 'x', version: '1' });
    let finish = (): void => undefined;
    const held = new Promise<string>((resolve) => {
      finish = () => {
        resolve('x');
      };
    });
    registry.tool('one', { maxConcurrent: 1 }, () => held);
    registry.tool('job', { task: 'required' }, () => held);
    const endpoint = await RunningEndpoint.start(registry, {
      sessions: true,
      tasks: { maxRunning: 1 },
      limits: { callsPerPrincipal: 2, streamsPerPrincipal: 1, sessionsPerPrincipal: 1 },
    });
    const params = { notifications: { toolsListChanged: true } };
    const stream = await endpoint.modern('subscriptions/listen', params);
    expect((await endpoint.modern('subscriptions/listen', params)).status).toBe(429);
    await endpoint.openSession();
    await expect(endpoint.openSession()).rejects.toThrow('429');
    const beginJob = async () => (await endpoint.modern('tools/call', { name: 'job', _meta: withTasks })).text();
    await beginJob();
    await beginJob();
    const first = endpoint.modern('tools/call', { name: 'one' });
    while (endpoint.router.stats().requests < 2) await pause(5);
    expect((await endpoint.modern('tools/call', { name: 'one' })).status).toBe(503);
    const held2 = endpoint.modern('resources/list');
    await held2;
    finish();
    await first;
    expect(endpoint.router.stats().limits).toEqual({
      server_busy: 0,
      session_store_full: 0,
      slow_reader: 0,
      too_many_bytes: 0,
      too_many_calls: 0,
      too_many_sessions: 1,
      too_many_streams: 1,
      too_many_tasks: 1,
      tool_busy: 1,
    });
    await endpoint.router.close();
    await stream.text();
  });

  it('counts sessions that a full store drops for newer ones', async () => {
    const store = memorySessionStore(2);
    const options = { sessions: true, stores: { sessions: store } };
    const endpoint = await RunningEndpoint.start(createRegistry({ name: 'x', version: '1' }), options);
    const first = await endpoint.openSession();
    await endpoint.openSession();
    expect(endpoint.router.stats()).toMatchObject({ sessions: 2, limits: { session_store_full: 0 } });
    await endpoint.openSession();
    await endpoint.openSession();
    expect(endpoint.router.stats()).toMatchObject({ sessions: 2, limits: { session_store_full: 2 } });
    await first.end();
    expect(endpoint.router.stats().limits.session_store_full).toBe(2);
  });

  it.each([
    [{ callsPerPrincipal: 1 }, '', 'too_many_calls', 429],
    [{ calls: 2 }, '', 'server_busy', 503],
    [{ bytesPerPrincipal: 100_000 }, 'x'.repeat(200_000), 'too_many_bytes', 429],
  ] as const)('counts what goes beyond %j', async (limits, text, code, status) => {
    const registry = createRegistry({ name: 'x', version: '1' });
    let finish = (): void => undefined;
    const held = new Promise<string>((resolve) => {
      finish = () => {
        resolve('x');
      };
    });
    registry.tool('held', {}, () => held);
    const endpoint = await RunningEndpoint.start(registry, { limits });
    const first = endpoint.modern('tools/call', { name: 'held' });
    while (endpoint.router.stats().requests < 1) await pause(5);
    const second = await endpoint.modern('tools/call', { name: 'held', arguments: { text } });
    const { limits: hits } = endpoint.router.stats();
    finish();
    expect([second.status, Object.entries(hits).filter(([, count]) => count > 0)]).toEqual([status, [[code, 1]]]);
    await (await first).text();
  });

  it('counts subscriptions beyond the bytes that sessions of one caller may take', async () => {
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.resourceTemplate('notes://{id}', {}, () => 'x');
    const endpoint = await RunningEndpoint.start(registry, {
      sessions: true,
      limits: { sessionBytesPerPrincipal: 4000 },
    });
    const session = await endpoint.openSession();
    const uri = `notes://${'x'.repeat(3000)}`;
    const response = await session.request('resources/subscribe', { uri });
    expect([response.status, endpoint.router.stats().limits.too_many_bytes]).toEqual([429, 1]);
  });

  it('tells how old the keys of each issuer are, and how many tokens are remembered, of all verifiers', async () => {
    const fake = await new FakeIssuer().listen();
    leftOpen.add(() => fake.close());
    const known = await createTestIssuer({ issuer: fake.origin, audience: resource });
    fake.publish(known.jwks);
    const keys = apiKeyVerifier({ prefix: 'k_', find: () => ({ subject: 'ada', clientId: 'c', scopes: [] }) });
    for (const auth of [
      { issuers: [{ issuer: fake.origin }] },
      { verifiers: [keys, jwtVerifier(fake.origin)] },
      { issuers: [{ issuer: fake.origin }], cache: { seconds: 0 } },
    ]) {
      const endpoint = await RunningEndpoint.start(notesRegistry(), { auth });
      expect(endpoint.router.stats().keyAgeSeconds).toEqual({});
      const headers = { Authorization: `Bearer ${await known.token({ scope: 'x' })}` };
      // The first brings the keys, and a verdict is remembered that was made with keys that were there.
      const list = async () => (await endpoint.modern('tools/list', {}, { headers })).status;
      expect([await list(), await list()]).toEqual([200, 200]);
      const { keyAgeSeconds, tokens } = endpoint.router.stats();
      expect(Object.keys(keyAgeSeconds)).toEqual([fake.origin]);
      expect(keyAgeSeconds[fake.origin]).toBeGreaterThanOrEqual(0);
      expect(keyAgeSeconds[fake.origin]).toBeLessThan(30);
      expect(tokens).toBe('cache' in auth ? 0 : 1);
    }
  });

  it('says nothing of sessions when their store does not tell', async () => {
    const { count: _count, ...silent } = memorySessionStore();
    const endpoint = await RunningEndpoint.start(notesRegistry(), { sessions: true, stores: { sessions: silent } });
    expect(endpoint.router.stats().sessions).toBeUndefined();
  });

  it('is told to those who observe the process until the router is closed', async () => {
    const endpoint = await RunningEndpoint.start(createRegistry({ name: 'seen', version: '1' }), { path: '/mcp' });
    const seen = () => observableEndpoints().filter(({ name, path }) => name === 'seen' && path === '/mcp');
    expect(seen().map((each) => each.stats())).toEqual([endpoint.router.stats()]);
    await endpoint.close();
    expect(seen()).toEqual([]);
  });
});

describe('the channel express-mcp:session', () => {
  it('tells of a session that nobody uses any more, once, by the process that used it last', async () => {
    const ended: SessionRecord[] = [];
    const note = (session: unknown): void => {
      ended.push(session as SessionRecord);
    };
    subscribe('express-mcp:session', note);
    const sessions = memorySessionStore();
    // Two routers with one store are like two processes.
    const [first, second] = await Promise.all(
      [0, 1].map(() =>
        RunningEndpoint.start(notesRegistry(), {
          sessions: { idleSeconds: 4, resumeSeconds: 60 },
          stores: { sessions },
        }),
      ),
    );
    if (first === undefined || second === undefined) throw new Error('There are two');
    const left = await first.openSession('2025-11-25');
    const moved = await first.openSession('2025-06-18');
    const deleted = await first.openSession('2025-03-26');
    await pause(1000);
    await (await second.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, moved.headers)).text();
    await second.fetch('DELETE', deleted.headers);
    while (ended.length < 3) await pause(20);
    await pause(1200);
    unsubscribe('express-mcp:session', note);
    expect(ended.map(({ sessionId }) => sessionId)).toEqual([deleted.id, left.id, moved.id]);
    expect(ended[1]).toMatchObject({ transport: 'http', protocolVersion: '2025-11-25' });
    expect(ended[1]?.durationMs).toBeGreaterThanOrEqual(4000);
    expect(ended[1]?.durationMs).toBeLessThan(ended[2]?.durationMs ?? 0);
    expect(ended[2]?.durationMs).toBeGreaterThanOrEqual(5000);
  });

  it('tells of a session that its client ends, and of a connection on stdio that is closed', async () => {
    const ended: SessionRecord[] = [];
    const note = (session: unknown): void => {
      ended.push(session as SessionRecord);
    };
    subscribe('express-mcp:session', note);
    const endpoint = await RunningEndpoint.start(notesRegistry(), { sessions: true });
    const session = await endpoint.openSession('2025-06-18');
    await pause(20);
    await session.end();
    const input = new PassThrough();
    const server = await serveStdio(notesRegistry(), { input, output: new PassThrough() });
    input.end();
    await server.closed;
    unsubscribe('express-mcp:session', note);
    expect(ended).toMatchObject([
      { transport: 'http', sessionId: session.id, protocolVersion: '2025-06-18' },
      { transport: 'stdio', sessionId: undefined, protocolVersion: undefined },
    ]);
    expect(ended[0]?.durationMs).toBeGreaterThanOrEqual(20);
    expect(ended[1]?.durationMs).toBeGreaterThan(0);
  });
});

import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import express from 'express';
import type { McpAuthOptions, MessageBus } from '../../../lib/index.js';
import {
  createRegistry,
  mcpAuth,
  mcpErrorHandler,
  mcpReadiness,
  mcpRouter,
  memoryMessageBus,
  memoryReplayStore,
  memoryRevocationStore,
  memorySessionStore,
} from '../../../lib/index.js';
import { createTestIssuer } from '../../../lib/testing/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';
import { later } from '../../support/later.js';

const resource = 'https://api.example.com/mcp';
const servers: Server[] = [];
let authorizationServer: FakeIssuer;

beforeEach(async () => {
  authorizationServer = await new FakeIssuer().listen();
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await authorizationServer.close();
});

const down = () => Promise.reject(new Error('password=hunter2 at redis.internal'));
const fine = () => Promise.resolve();

async function publish(): Promise<void> {
  const { jwks } = await createTestIssuer({ audience: resource, issuer: authorizationServer.origin });
  authorizationServer.publish(jwks);
}

/** The answer to a probe of a separate app. */
async function serve(handler: RequestHandler): Promise<() => Promise<{ status: number; body: unknown; text: string }>> {
  const server = express().get('/ready', handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return async () => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`);
    const text = await response.text();
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('retry-after')).toBe(response.ok ? null : '5');
    return { status: response.status, body: JSON.parse(text), text };
  };
}

const authFor = (more: Partial<McpAuthOptions> = {}) =>
  mcpAuth({ resource, issuer: authorizationServer.origin, ...more });
const registry = createRegistry({ name: 'notes', version: '1.0.0' });
const ready = (dependencies: object) => ({ status: 200, body: { status: 'ready', dependencies } });
const notReady = (dependencies: object) => ({ status: 503, body: { status: 'not_ready', dependencies } });

describe('mcpReadiness', () => {
  it('says no until the keys of the issuer were fetched, and fetches them itself', async () => {
    const probe = await serve(mcpReadiness([authFor(), mcpRouter(registry)]));
    expect(await probe()).toMatchObject(notReady({ keys: 'failing', router: 'ok' }));
    await publish();
    expect(await later(1100, probe)).toMatchObject(ready({ keys: 'ok', router: 'ok' }));
    expect(authorizationServer.requests.filter((path) => path === '/jwks')).toHaveLength(1);
  });

  it('says yes when the issuer goes away afterwards: its keys serve for a while', async () => {
    await publish();
    const probe = await serve(mcpReadiness([authFor()]));
    expect((await probe()).status).toBe(200);
    await authorizationServer.close();
    expect(await probe()).toMatchObject(ready({ keys: 'ok' }));
    authorizationServer = await new FakeIssuer().listen();
  });

  it('wants every issuer, and to know where to introspect', async () => {
    await publish();
    const { issuer, jwks } = await createTestIssuer({ audience: resource });
    const introspection = { clientId: 'rs', clientSecret: 'secret' };
    const given = { issuer, jwks };
    const origin = authorizationServer.origin;
    const statusOf = async (issuers: McpAuthOptions['issuers']) =>
      (await mcpAuth({ resource, ...(issuers === undefined ? {} : { issuers }) }).ready()).dependencies;
    expect(await statusOf([given])).toEqual({ keys: 'ok' });
    expect(await statusOf([given, { issuer: origin }])).toEqual({ keys: 'ok' });
    expect(await statusOf([given, { issuer: origin, introspection }])).toEqual({ keys: 'failing' });
    expect(await statusOf([given, { issuer: origin, jwksUri: `${origin}/nowhere` }])).toEqual({ keys: 'failing' });
    authorizationServer.json('/.well-known/oauth-authorization-server', {
      issuer: origin,
      jwks_uri: `${origin}/jwks`,
      introspection_endpoint: `${origin}/introspect`,
    });
    expect(await statusOf([given, { issuer: origin, introspection }])).toEqual({ keys: 'ok' });
  });

  it('names what fails, and nothing about why', async () => {
    await publish();
    const stores = {
      replay: { ...memoryReplayStore(), check: fine },
      revocation: { ...memoryRevocationStore(), check: down },
    };
    const bus: MessageBus = { ...memoryMessageBus(), check: down };
    const sessions = { ...memorySessionStore(), check: fine };
    const router = mcpRouter(registry, { sessions: true, stores: { bus, sessions } });
    const probe = await serve(mcpReadiness([authFor({ stores }), router]));
    const answer = await probe();
    expect(answer).toMatchObject(
      notReady({
        keys: 'ok',
        replay: 'ok',
        revocation: 'failing',
        router: 'ok',
        bus: 'failing',
        sessions: 'ok',
      }),
    );
    expect(answer.text).not.toMatch(/hunter2|redis/);
  });

  it('asks only for what is used', async () => {
    const sessions = { ...memorySessionStore(), check: down };
    expect(await mcpRouter(registry, { stores: { sessions } }).ready()).toEqual({
      isReady: true,
      dependencies: { router: 'ok' },
    });
  });

  it('tolerates what it is told to, and still names it', async () => {
    const bus: MessageBus = { ...memoryMessageBus(), check: down };
    const probe = await serve(mcpReadiness([mcpRouter(registry, { stores: { bus } })], { tolerate: ['bus'] }));
    expect(await probe()).toMatchObject(ready({ router: 'ok', bus: 'failing' }));
  });

  it('takes a check that throws, or never ends, for one that fails', async () => {
    const throws: MessageBus = {
      ...memoryMessageBus(),
      check: () => {
        throw new Error('broken');
      },
    };
    const hangs: MessageBus = { ...memoryMessageBus(), check: () => new Promise(() => undefined) };
    const statuses = [throws, hangs].map(
      async (bus) => (await mcpRouter(registry, { stores: { bus } }).ready()).isReady,
    );
    expect(await Promise.all(statuses)).toEqual([false, false]);
  });

  it('says no from the moment that the router is closed, while calls still come to their end', async () => {
    const events = new EventEmitter();
    const busy = createRegistry({ name: 'busy', version: '1.0.0' });
    busy.tool('slow', {}, async () => {
      events.emit('begun');
      await once(events, 'finish');
      return 'finished';
    });
    const router = mcpRouter(busy);
    const app = express();
    app.get('/ready', mcpReadiness([router]));
    app.use(router, mcpErrorHandler());
    const server = app.listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await fetch(`${url}/ready`)).status).toBe(200);
    const begun = once(events, 'begun');
    const headers = { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow' } });
    const running = fetch(`${url}/mcp`, { method: 'POST', headers, body });
    await begun;
    const closing = router.close();
    const answer = await fetch(`${url}/ready`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not_ready', dependencies: { router: 'closing' } },
    ]);
    const refused = await fetch(`${url}/mcp`, { method: 'POST', headers, body });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    events.emit('finish');
    expect(await (await running).text()).toContain('finished');
    await closing;
  });

  it('shows the worse of two dependencies with the same name', async () => {
    const failing: MessageBus = { ...memoryMessageBus(), check: down };
    const good: MessageBus = { ...memoryMessageBus(), check: fine };
    const [one, two] = [failing, good].map((bus) => mcpRouter(registry, { stores: { bus } }));
    const sources = [one, two].filter((router) => router !== undefined);
    for (const order of [sources, [...sources].reverse()]) {
      expect(await (await serve(mcpReadiness(order)))()).toMatchObject(notReady({ router: 'ok', bus: 'failing' }));
    }
  });

  it('asks something of the app, too, and passes on what that throws', async () => {
    const database = {
      ready: () => Promise.resolve({ isReady: false, dependencies: { database: 'failing' as const } }),
    };
    expect(await (await serve(mcpReadiness([database])))()).toMatchObject(notReady({ database: 'failing' }));
    const server = express()
      .get('/ready', mcpReadiness([{ ready: () => Promise.reject(new Error('mine')) }]))
      .use(((error: unknown, _request, response, _next) => {
        response.status(500).send(error instanceof Error ? error.message : '');
      }) satisfies express.ErrorRequestHandler)
      .listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ready`);
    expect([response.status, await response.text()]).toEqual([500, 'mine']);
  });

  it('says what to write when it is not told what to ask', () => {
    expect(() => mcpReadiness([{}] as never)).toThrow('mcpReadiness needs what to ask: mcpReadiness([auth, router])');
    expect(() => mcpReadiness(undefined as never)).toThrow('mcpReadiness needs what to ask');
    expect(() => mcpReadiness([], { tolerate: 'bus' as never })).toThrow('tolerate must be an array of names');
    expect(() => mcpReadiness([], { except: [] } as never)).toThrow('there is no "except"');
  });
});

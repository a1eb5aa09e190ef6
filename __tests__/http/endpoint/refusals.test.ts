// `refusals` of mcpRouter: refused calls of tools as HTTP has it, or as results for hosts that do not act on 403.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import type { Response } from 'supertest';
import request from 'supertest';
import type { AccessDecision, McpAuthOptions, McpRouterOptions, RefusalFacts, Registry } from '../../../lib/index.js';
import {
  ConfigurationError,
  createRegistry,
  InsufficientScopeError,
  mcpAuth,
  mcpErrorHandler,
  mcpRouter,
} from '../../../lib/index.js';
import { parseChallenges } from '../../../lib/oauth/parse-challenges.js';
import { requestOf } from '../../support/dispatching.js';
import type { Door } from '../../support/doors.js';
import { byDoor } from '../../support/doors.js';
import { authOptions, challengeOf, issuer, metadataUrl, modern, resource } from '../../support/mcp-app.js';
import { withTasks } from '../../support/task-client.js';

const ran: string[] = [];

function registryOf(): Registry {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('open', {}, () => ran.push('open') && 'ran');
  registry.tool('read', { scopes: ['notes:read'] }, () => ran.push('read') && 'ran');
  registry.tool('purge', { scopes: ['notes:admin'], visibility: 'concealed' }, () => 'purged');
  registry.tool('denied', { policy: () => 'Not on Sundays' }, () => ran.push('denied') && 'ran');
  registry.tool('fresh', { authentication: { maxAgeSeconds: 60 } }, () => ran.push('fresh') && 'ran');
  registry.tool('later', {}, (_args, ctx) => {
    ctx.requireScopes('notes:secret');
    return 'ran';
  });
  registry.tool('late', {}, async (_args, ctx) => {
    await ctx.progress(1, 2);
    throw new InsufficientScopeError({ requiredScopes: ['notes:secret'] });
  });
  registry.tool('job', { scopes: ['jobs:run'], task: 'required' }, () => ran.push('job') && 'ran');
  registry.prompt('summary', { scopes: ['notes:read'] }, () => 'Summarise');
  registry.resource('notes://all', { scopes: ['notes:read'] }, () => 'all');
  return registry;
}

interface Options {
  readonly auth?: Partial<McpAuthOptions>;
  readonly router?: McpRouterOptions;
}

function appWith({ auth, router }: Options = {}): Door {
  const app = express();
  const guard = mcpAuth(authOptions(auth));
  const endpoint = mcpRouter(registryOf(), { refusals: 'result', onError: () => undefined, ...router });
  app.use(guard, endpoint, mcpErrorHandler());
  ran.length = 0;
  return byDoor(app, guard, endpoint);
}

const bearer = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope, clientId: 'cli' })}` });

async function call(app: Door, name: string, scope: string): Promise<Response> {
  return modern(app, 'tools/call', { name }, await bearer(scope));
}

interface Refused {
  readonly result: {
    readonly isError: boolean;
    readonly content: readonly { readonly text: string }[];
    readonly _meta: Readonly<Record<string, unknown>>;
  };
}

function challengesIn(response: { readonly body: unknown }): unknown {
  return (response.body as Refused).result._meta['mcp/www_authenticate'];
}

const challenge =
  `Bearer resource_metadata="${metadataUrl}", error="insufficient_scope", scope="notes:read mcp", ` +
  `error_description="Insufficient scope for tool 'read': requires notes:read"`;

describe('refusals: "result"', () => {
  it('answers a call without the scopes by 200 with a failed call that names them, and the challenge of a 403', async () => {
    const response = await call(appWith(), 'read', 'mcp');
    expect([response.status, challengeOf(response)]).toEqual([200, undefined]);
    expect(response.body).toMatchObject({
      jsonrpc: '2.0',
      id: 1,
      result: {
        resultType: 'complete',
        isError: true,
        content: [{ type: 'text', text: 'Insufficient scope for tool "read": requires notes:read' }],
        _meta: { 'mcp/www_authenticate': [challenge] },
      },
    });
    const [parsed] = parseChallenges(challenge);
    expect(parsed?.parameters).toMatchObject({ error: 'insufficient_scope', scope: 'notes:read mcp' });
    const asHttp = await call(appWith({ router: { refusals: 'http' } }), 'read', 'mcp');
    expect([asHttp.status, challengeOf(asHttp)]).toEqual([403, challenge]);
    expect(ran).toEqual([]);
  });

  it.each(['2025-11-25', '2025-06-18', '2025-03-26'])('does so in %s', async (version) => {
    const response = await request(appWith())
      .post('/mcp')
      .set({ ...(await bearer('mcp')), Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': version })
      .send({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'read' } });
    expect([response.status, response.body]).toMatchObject([
      200,
      { id: 7, result: { isError: true, content: [{ type: 'text' }], _meta: { 'mcp/www_authenticate': [challenge] } } },
    ]);
  });

  it('names the scopes of the endpoint too, which mcpAuth demands before the router', async () => {
    const app = appWith({ auth: { requiredScopes: ['mcp'] } });
    const response = await call(app, 'read', 'other');
    expect([response.status, challengesIn(response)]).toMatchObject([
      200,
      [expect.stringContaining('scope="mcp notes:read other"')],
    ]);
    // Whether there is such a tool is not for callers who may not use the endpoint.
    const texts = await Promise.all(['absent', 'purge'].map(async (name) => (await call(app, name, '')).text));
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toContain('Insufficient scope for this endpoint: requires mcp');
  });

  it('has one challenge for each scheme that is taken', async () => {
    const response = await call(appWith({ auth: { dpop: 'supported' } }), 'read', 'mcp');
    expect(challengesIn(response)).toEqual([challenge, expect.stringMatching(/^DPoP .*algs="/)]);
  });

  it('says why a policy refuses, without a challenge', async () => {
    const response = await call(appWith(), 'denied', 'mcp');
    expect([response.status, response.body]).toMatchObject([
      200,
      { result: { isError: true, content: [{ type: 'text', text: 'Not on Sundays' }] } },
    ]);
    expect(response.text).not.toContain('www_authenticate');
    expect(ran).toEqual([]);
  });

  it('answers what only the handler knew in the same way, also when a stream was opened before', async () => {
    const response = await call(appWith(), 'later', 'mcp');
    expect([response.status, challengesIn(response)]).toMatchObject([
      200,
      [expect.stringContaining('scope="notes:secret mcp"')],
    ]);
    const stream = await modern(
      appWith(),
      'tools/call',
      { name: 'late', _meta: { progressToken: 'p' } },
      await bearer('mcp'),
    );
    expect(stream.text).toContain('notifications/progress');
    const last = JSON.parse(/data: (\{"jsonrpc":"2.0","id".*)/.exec(stream.text)?.[1] ?? 'null') as Refused;
    expect(last.result.isError).toBe(true);
    expect(challengesIn({ body: last })).toMatchObject([expect.stringContaining('scope="notes:secret mcp"')]);
  });

  it('refuses to begin a task in the same way', async () => {
    const response = await modern(appWith(), 'tools/call', { name: 'job', _meta: withTasks }, await bearer('mcp'));
    expect([response.status, challengesIn(response)]).toMatchObject([
      200,
      [expect.stringContaining('scope="jobs:run mcp"')],
    ]);
    expect(ran).toEqual([]);
  });

  it('leaves 401 to HTTP: without a token, with a bad one, and for a stronger sign-in', async () => {
    const app = appWith({ auth: { allowAnonymous: true } });
    expect((await modern(app, 'tools/call', { name: 'read' })).status).toBe(401);
    expect((await modern(app, 'tools/call', { name: 'read' }, { Authorization: 'Bearer x' })).status).toBe(401);
    const response = await call(app, 'fresh', 'mcp');
    expect([response.status, challengeOf(response)]).toMatchObject([
      401,
      expect.stringContaining('insufficient_user_authentication'),
    ]);
    expect(ran).toEqual([]);
  });

  it.each([
    ['prompts/get', { name: 'summary' }],
    ['resources/read', { uri: 'notes://all' }],
  ])('is about calls of tools only: %s is 403', async (method, params) => {
    expect((await modern(appWith(), method, params, await bearer('mcp'))).status).toBe(403);
  });

  it('still says of what is concealed that it does not exist', async () => {
    const app = appWith();
    const [concealed, absent] = [await call(app, 'purge', 'mcp'), await call(app, 'absent', 'mcp')];
    expect(concealed.text.replace('purge', 'absent')).toBe(absent.text);
    expect(concealed.text).not.toContain('notes:admin');
  });

  it('needs no mcpAuth', async () => {
    const app = express().use(mcpRouter(registryOf(), { refusals: 'result' }), mcpErrorHandler());
    const response = await modern(app, 'tools/call', { name: 'read' });
    expect([response.status, challengesIn(response)]).toEqual([
      200,
      [
        'Bearer error="insufficient_scope", scope="notes:read", ' +
          `error_description="Insufficient scope for tool 'read': requires notes:read"`,
      ],
    ]);
  });
});

describe('refusals: "result" and a batch', () => {
  const message = (id: number, method: string, params: object) => ({ jsonrpc: '2.0', id, method, params });

  async function send(options: Options, scope: string, ...messages: readonly object[]): Promise<Response> {
    return request(appWith(options))
      .post('/mcp')
      .set({ ...(await bearer(scope)), Accept: 'application/json, text/event-stream' })
      .set('MCP-Protocol-Version', '2025-03-26')
      .send([...messages]);
  }

  it('answers each refused call by itself, and runs the others', async () => {
    const response = await send(
      {},
      'mcp',
      message(1, 'tools/call', { name: 'read' }),
      message(2, 'tools/call', { name: 'open' }),
      message(3, 'tools/call', { name: 'later' }),
    );
    const answers = response.body as readonly (Refused & { readonly id: number })[];
    const of = (id: number): unknown => answers.find((answer) => answer.id === id)?.result;
    expect([response.status, answers.length, ran]).toEqual([200, 3, ['open']]);
    expect(of(1)).toMatchObject({ isError: true, _meta: { 'mcp/www_authenticate': [challenge] } });
    expect(of(2)).toEqual({ content: [{ type: 'text', text: 'ran' }] });
    expect(of(3)).toMatchObject({ isError: true });
  });

  it('refuses all by 403 when a refused message is no call of a tool, and runs nothing', async () => {
    const response = await send(
      {},
      'mcp',
      message(1, 'tools/call', { name: 'open' }),
      message(2, 'tools/call', { name: 'job' }),
      message(3, 'prompts/get', { name: 'summary' }),
    );
    expect([response.status, ran]).toEqual([403, []]);
    expect(challengeOf(response)).toContain('scope="jobs:run notes:read mcp"');
  });

  it('refuses all by 401 when one needs a stronger sign-in', async () => {
    const messages = ['read', 'fresh', 'open'].map((name, id) => message(id, 'tools/call', { name }));
    const response = await send({}, 'mcp', ...messages);
    expect([response.status, ran]).toEqual([401, []]);
  });

  it('asks each policy once', async () => {
    let asked = 0;
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('counted', { policy: () => (asked += 1) < 0 }, () => 'ran');
    const app = express();
    app.use(mcpAuth(authOptions()), mcpRouter(registry, { refusals: 'result' }), mcpErrorHandler());
    const response = await request(app)
      .post('/mcp')
      .set({ ...(await bearer('mcp')), Accept: 'application/json, text/event-stream' })
      .set('MCP-Protocol-Version', '2025-03-26')
      .send([message(1, 'tools/call', { name: 'counted' }), message(2, 'ping', {})]);
    expect([response.status, asked]).toEqual([200, 1]);
    expect(response.body).toMatchObject([
      { id: 1, result: { isError: true } },
      { id: 2, result: {} },
    ]);
  });
});

describe('refusals as a function', () => {
  it('is asked about the client, the revision and the caller, only when a call is refused', async () => {
    const asked: RefusalFacts[] = [];
    const app = appWith({
      router: {
        refusals: (facts) => {
          asked.push(facts);
          return Promise.resolve(facts.client.name === 'tests' ? 'result' : 'http');
        },
      },
    });
    expect((await call(app, 'open', 'mcp')).text).toContain('ran');
    expect(asked).toEqual([]);
    expect((await call(app, 'read', 'mcp')).status).toBe(200);
    expect(asked).toMatchObject([
      { client: { name: 'tests', version: '1.0.0' }, protocolVersion: '2026-07-28', auth: { clientId: 'cli' } },
    ]);
    const legacy = await request(app)
      .post('/mcp')
      .set({ ...(await bearer('mcp')), Accept: 'application/json, text/event-stream' })
      .send(requestOf('2025-11-25', 'tools/call', { name: 'read' }));
    expect(legacy.status).toBe(403);
    expect(asked[1]).toMatchObject({ client: { name: undefined }, protocolVersion: '2025-03-26' });
    expect((await modern(app, 'prompts/get', { name: 'summary' }, await bearer('mcp'))).status).toBe(403);
    expect(asked).toHaveLength(2);
  });

  it('knows a legacy client of a session by its name', async () => {
    const app = appWith({
      router: { sessions: true, refusals: ({ client }) => (client.name === 'ChatGPT' ? 'result' : 'http') },
    });
    const headers = { ...(await bearer('mcp')), Accept: 'application/json, text/event-stream' };
    const handshake = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'ChatGPT', version: '1' },
    };
    const opened = await request(app)
      .post('/mcp')
      .set(headers)
      .send(requestOf('2025-11-25', 'initialize', handshake));
    const session = String((opened.headers as Record<string, string>)['mcp-session-id']);
    await request(app)
      .post('/mcp')
      .set({ ...headers, 'Mcp-Session-Id': session })
      .send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const response = await request(app)
      .post('/mcp')
      .set({ ...headers, 'Mcp-Session-Id': session })
      .send(requestOf('2025-11-25', 'tools/call', { name: 'read' }));
    expect([response.status, response.body]).toMatchObject([200, { result: { isError: true } }]);
  });

  it.each<unknown>(['json', 403, {}])('must be one of the forms: %p is refused at start-up', (refusals) => {
    const wrong = (): unknown => mcpRouter(registryOf(), { refusals } as McpRouterOptions);
    expect(wrong).toThrow(ConfigurationError);
    expect(wrong).toThrow("mcpRouter: refusals must be 'http', 'result', or a function that returns one of them.");
  });

  it.each<[string, string, () => unknown]>([
    [
      'throws',
      'read',
      () => {
        throw new Error('password=hunter2');
      },
    ],
    ['rejects', 'read', () => Promise.reject(new Error('password=hunter2'))],
    ['returns nonsense', 'read', () => true],
    ['throws about a handler', 'later', () => Promise.reject(new Error('password=hunter2'))],
    ['throws when a stream is open', 'late', () => Promise.reject(new Error('password=hunter2'))],
  ])('that %s lets nothing run, and the app hears of it', async (_what, name, refusals) => {
    const reports: unknown[] = [];
    const app = appWith({
      router: { refusals, onError: (error: unknown) => reports.push(error) } as unknown as McpRouterOptions,
    });
    const params = { name, _meta: { progressToken: 'p' } };
    const response = await modern(app, 'tools/call', params, await bearer('mcp'));
    expect(response.status).toBe(name === 'late' ? 200 : 500);
    expect(response.text).not.toMatch(/hunter2|www_authenticate/);
    expect(response.text).toMatch(name === 'late' ? /-32603/ : /"server_error"/);
    expect([reports.length, ran]).toEqual([1, []]);
  });
});

describe('the audit of refusals as results', () => {
  async function decisionsOf(name: string, scope: string, more: Options): Promise<readonly AccessDecision[]> {
    const decisions: AccessDecision[] = [];
    const onDecision = (decision: AccessDecision): void => {
      decisions.push(decision);
    };
    await call(appWith({ ...more, auth: { ...more.auth, onDecision } }), name, scope);
    return decisions;
  }

  it.each([
    ['missing scopes', 'read', 'mcp', {}],
    ['a policy', 'denied', 'mcp', {}],
    ['the scopes of the endpoint', 'read', '', { requiredScopes: ['mcp'] }],
    ['a handler', 'later', 'mcp', {}],
  ])('is that of a 403: %s', async (_what, name, scope, auth) => {
    const asResult = await decisionsOf(name, scope, { auth });
    expect(asResult.at(-1)).toMatchObject({ outcome: 'refused', resource });
    expect(asResult).toEqual(await decisionsOf(name, scope, { auth, router: { refusals: 'http' } }));
  });

  it('refuses by 500 what cannot be put on record', async () => {
    const onDecision = ({ outcome }: AccessDecision): void => {
      if (outcome === 'refused') throw new Error('disk full');
    };
    for (const name of ['read', 'later']) {
      const response = await call(appWith({ auth: { onDecision } }), name, 'mcp');
      expect([response.status, response.body]).toMatchObject([500, { error: 'server_error' }]);
    }
  });

  it('is one ended call, refused', async () => {
    const ended: unknown[] = [];
    await call(appWith({ router: { onCall: (record) => ended.push(record) } }), 'read', 'mcp');
    expect(ended).toMatchObject([
      { outcome: 'refused', errorCode: 'insufficient_scope', missingScopes: ['notes:read'] },
    ]);
  });
});

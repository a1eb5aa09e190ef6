// Callers and their credentials: several verifiers, verdicts of the app's own, callers that other middleware has authenticated,
// tenants.
import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RequestHandler } from 'express';
import express from 'express';
import type {
  AccessDecision,
  IssuerOptions,
  McpAuthOptions,
  Problem,
  TokenVerdict,
  TokenVerifier,
} from '../../../lib/index.js';
import {
  apiKeyVerifier,
  createRegistry,
  fromJwtBearer,
  fromSdkAuth,
  introspectionVerifier,
  jwtVerifier,
  mcpAuth,
  mcpErrorHandler,
  mcpRouter,
} from '../../../lib/index.js';
import { createTestIssuer } from '../../../lib/testing/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';
import { whileListening } from '../../support/listening.js';
import { issuer, modern, protectedApp, resource } from '../../support/mcp-app.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Calls the tool that returns the caller. */
async function callWith(
  auth: Partial<McpAuthOptions>,
  headers: Readonly<Record<string, string>>,
  before: readonly RequestHandler[] = [],
): Promise<Answer> {
  const response = await modern(protectedApp({ auth, before }), 'tools/call', { name: 'open' }, headers);
  const { result } = response.body as { result?: { content: [{ text: string }] } };
  return { status: response.status, text: result?.content[0].text ?? JSON.stringify(response.body) };
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const login = { issuer: issuer.issuer, jwks: issuer.jwks } satisfies IssuerOptions;
const keys = apiKeyVerifier({
  prefix: 'nk_',
  find: (key) => (key === 'nk_good' ? { subject: 'cron', clientId: 'jobs', scopes: [] } : undefined),
});

describe('verifiers', () => {
  it('take API keys and the tokens of several issuers at one endpoint', async () => {
    const partner = await createTestIssuer({ issuer: 'https://partner.test', audience: 'notes' });
    const both = { issuer: partner.issuer, jwks: partner.jwks, audience: 'notes' };
    const auth = { verifiers: [keys, jwtVerifier(login), jwtVerifier(both)] };
    expect(await callWith(auth, bearer('nk_good'))).toEqual({ status: 200, text: 'Hello cron' });
    expect(await callWith(auth, bearer(await issuer.token({ subject: 'ada' })))).toMatchObject({ text: 'Hello ada' });
    expect(await callWith(auth, bearer(await partner.token({ subject: 'bob' })))).toMatchObject({ text: 'Hello bob' });
    const wrong = await issuer.token({ issuer: partner.issuer, audience: 'notes' });
    for (const token of ['nk_bad', 'nk_', 'opaque', wrong]) {
      expect((await callWith(auth, bearer(token))).status).toBe(401);
    }
  });

  it.each<[string, string | undefined, string]>([
    ['another issuer', 'https://partner.test', '"https://partner.test"'],
    ['the issuer with a slash', `${issuer.issuer}/`, `"${issuer.issuer}/"`],
    ['no issuer', undefined, 'missing'],
  ])('name both values of %s in onDecision.cause, and say the problem', async (_what, iss, shown) => {
    const decisions: AccessDecision[] = [];
    const problems: Problem[] = [];
    const auth: Partial<McpAuthOptions> = {
      verifiers: [keys, jwtVerifier(login), jwtVerifier('https://other.test')],
      onDecision: (decision) => decisions.push(decision),
      onProblem: (problem) => problems.push(problem),
    };
    const token = await issuer.token({ claims: { iss } });
    const { status, text } = await callWith(auth, bearer(token));
    // The caller is told neither.
    expect([status, /partner|issuer|other/.test(text)]).toEqual([401, false]);
    const message = `The iss claim of a token is ${shown}, and must be one of "${issuer.issuer}", "https://other.test"`;
    expect(decisions).toMatchObject([{ code: 'invalid_token', cause: { message } }]);
    expect(problems).toMatchObject([{ code: 'wrong_issuer', message }]);
  });

  it('say nothing of an issuer to an unknown API key', async () => {
    const decisions: AccessDecision[] = [];
    const onDecision = (decision: AccessDecision) => decisions.push(decision);
    expect((await callWith({ verifiers: [keys, jwtVerifier(login)], onDecision }, bearer('xx_1'))).status).toBe(401);
    expect(decisions).toMatchObject([{ code: 'invalid_token', cause: undefined }]);
  });

  it('stand beside issuers, which get what none of them recognises', async () => {
    const auth = { issuers: [login], verifiers: [keys] };
    expect((await callWith(auth, bearer('nk_good'))).text).toBe('Hello cron');
    expect((await callWith(auth, bearer(await issuer.token({ subject: 'ada' })))).text).toBe('Hello ada');
    expect((await callWith(auth, bearer('nk-good'))).status).toBe(401);
  });

  it('find nothing in the query', async () => {
    const response = await modern(protectedApp({ auth: { verifiers: [keys] } }), 'tools/list', {}, {}).query({
      access_token: 'nk_good',
    });
    expect(response.status).toBe(400);
  });

  it('ask the one issuer about tokens that are no JWTs', async () => {
    const server = await new FakeIssuer().listen();
    try {
      server.publish(issuer.jwks, { introspection_endpoint: `${server.origin}/introspect` });
      server.json('/introspect', { active: true, sub: 'eve', client_id: 'cli', aud: resource });
      const introspection = { clientId: 'api', clientSecret: 'secret' };
      const auth = {
        verifiers: [keys, introspectionVerifier({ issuer: server.origin, introspection }), jwtVerifier(login)],
      };
      expect((await callWith(auth, bearer('opaque'))).text).toBe('Hello eve');
      expect((await callWith(auth, bearer('nk_bad'))).status).toBe(401);
      expect((await callWith(auth, bearer(await issuer.token({ subject: 'ada' })))).text).toBe('Hello ada');
      expect(server.requests.filter((path) => path === '/introspect')).toHaveLength(1);
    } finally {
      await server.close();
    }
  });

  const greedy: TokenVerifier = { verify: () => undefined };
  const other = apiKeyVerifier({ prefix: 'nk_live_', find: () => undefined });
  const introspecting = introspectionVerifier({
    issuer: 'https://login.example.com',
    introspection: { clientId: 'api', clientSecret: 'secret' },
  });

  it.each<[string, Partial<McpAuthOptions>, string]>([
    ['none', { verifiers: [] }, 'verifiers must be an array of verifiers'],
    ['something else', { verifiers: [{}] as TokenVerifier[] }, 'verifiers must be an array of verifiers'],
    ['one beside a verifier', { verifiers: [keys], verifier: greedy }, 'give verifier or verifiers, not both'],
    ['a greedy one in front', { verifiers: [greedy, keys] }, 'decides about every token'],
    [
      'a greedy one beside an issuer',
      { verifiers: [greedy], issuer: 'https://i.example' },
      'decides about every token',
    ],
    ['prefixes of each other', { verifiers: [keys, other] }, 'cannot be told apart'],
    ['prefixes of each other, turned round', { verifiers: [other, keys] }, 'cannot be told apart'],
    ['the same prefix twice', { verifiers: [keys, keys] }, 'cannot be told apart'],
    ['API keys behind introspection', { verifiers: [introspecting, keys] }, 'gets to see API keys'],
    ['two that introspect', { verifiers: [introspecting, introspecting] }, 'only one issuer can be asked'],
    ['an issuer twice', { verifiers: [jwtVerifier(login)], issuers: [login] }, 'is given twice'],
    ['a cache for API keys', { verifiers: [keys], cache: {} }, 'drop cache'],
    ['keys beside a verifier', { verifier: greedy, issuers: [login] }, 'so jwks of issuers would do nothing'],
    ['tenants beside a verifier', { verifier: greedy, issuers: () => undefined }, 'drop the function issuers'],
    ['ours alone', { verifier: jwtVerifier(login) }, 'write verifiers: [verifier]'],
  ])('are refused at start-up: %s', (_what, options, message) => {
    expect(() => mcpAuth({ resource, ...options })).toThrow(message);
  });

  it('may tell clients of an issuer beside a verifier', () => {
    expect(mcpAuth({ resource, verifier: greedy, issuers: [{ issuer: 'https://i.example' }] })).toBeInstanceOf(
      Function,
    );
  });

  it('are no verifiers without an endpoint', () => {
    expect(() => jwtVerifier(login).verify('t')).toThrow('know their audience in mcpAuth only');
    expect(() => jwtVerifier({ ...login, introspection: { clientId: 'a', clientSecret: 'b' } })).toThrow(
      'introspection',
    );
    expect(() => introspectionVerifier(login)).toThrow('say how to ask');
  });

  it('fetch their keys once for all endpoints that they are given to', async () => {
    const server = await new FakeIssuer().listen();
    try {
      server.publish(issuer.jwks);
      const shared = jwtVerifier(server.origin);
      const token = await issuer.token({ issuer: server.origin });
      for (let count = 0; count < 3; count += 1) {
        expect((await callWith({ verifiers: [shared] }, bearer(token))).status).toBe(200);
      }
      expect(server.requests).toHaveLength(2);
    } finally {
      await server.close();
    }
  });
});

describe('several resources in one app', () => {
  it('share the keys of a verifier, and no verdict: a token of one is refused by the other', async () => {
    const server = await new FakeIssuer().listen();
    const verifiers = [jwtVerifier(server.origin)];
    const registry = createRegistry({ name: 'n', version: '1' });
    const endpoints = ['/a/mcp', '/b/mcp'].map((path) => ({ path, resource: `https://api.example.com${path}` }));
    const app = express().set('env', 'test');
    for (const each of endpoints) app.use(mcpAuth({ resource: each.resource, verifiers }), mcpRouter(registry));
    app.use(mcpErrorHandler());
    try {
      server.publish(issuer.jwks);
      await whileListening(app, async (port) => {
        const statusOf = async (path: string, token: string): Promise<number> => {
          const headers = {
            ...bearer(token),
            'Content-Type': 'application/json',
            Accept: 'application/json, text/event-stream',
          };
          const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
          const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, { method: 'POST', headers, body });
          await response.arrayBuffer();
          return response.status;
        };
        for (const [index, own] of endpoints.entries()) {
          const token = await issuer.token({ issuer: server.origin, audience: own.resource });
          const other = endpoints[1 - index]?.path ?? '';
          // The first use of a token is remembered where it was accepted.
          const seen = [await statusOf(own.path, token), await statusOf(other, token), await statusOf(own.path, token)];
          expect(seen).toEqual([200, 401, 200]);
        }
      });
      // Metadata and keys, once for both.
      expect(server.requests).toHaveLength(2);
    } finally {
      await server.close();
    }
  });
});

describe('the verdict of a verifier', () => {
  const answering = (verdict: unknown): TokenVerifier => ({ verify: () => Promise.resolve(verdict as TokenVerdict) });

  it.each([undefined, null])('%j is 401', async (verdict) => {
    expect((await callWith({ verifier: answering(verdict) }, bearer('t'))).status).toBe(401);
  });

  it.each<[string, TokenVerifier]>([
    ['no verdict', answering({ sub: 'ada' })],
    ['an end that is a Date', answering({ clientId: 'c', scopes: [], expiresAt: new Date() })],
    ['scopes that are a text', answering({ clientId: 'c', scopes: 'notes:read' })],
    [
      'an error',
      {
        verify: () => {
          throw new Error('password=hunter2');
        },
      },
    ],
    ['a rejection', { verify: () => Promise.reject(new Error('password=hunter2')) }],
  ])('%s is 500, told to onError and to nobody else', async (_what, verifier) => {
    const told: unknown[] = [];
    const decisions: AccessDecision[] = [];
    const onError = (error: unknown, { reference }: { reference: string }) => told.push([String(error), reference]);
    const onDecision = (decision: AccessDecision) => void decisions.push(decision);
    const { status, text } = await callWith({ verifier, onError, onDecision }, bearer('t'));
    expect(status).toBe(500);
    const body = JSON.parse(text) as Record<string, string>;
    expect(body).toEqual({
      error: 'server_error',
      error_description: 'Internal error',
      reference: body['reference'],
      resource_metadata: expect.any(String) as unknown,
    });
    expect(told).toEqual([[expect.stringMatching(/verifier|hunter2/), body['reference']]]);
    expect(decisions).toMatchObject([{ stage: 'authentication', outcome: 'refused', code: 'server_error' }]);
  });

  it('goes to the onError of the router behind when mcpAuth has none', async () => {
    const told: unknown[] = [];
    const app = protectedApp({ auth: { verifier: answering(7) }, router: { onError: (error) => told.push(error) } });
    expect((await modern(app, 'tools/list', {}, bearer('t'))).status).toBe(500);
    expect(told).toHaveLength(1);
  });
});

describe('authenticate', () => {
  const setAuth =
    (auth: unknown): RequestHandler =>
    (req, _res, next) => {
      Object.assign(req, { auth });
      next();
    };
  const info = { token: 't', clientId: 'cli', scopes: [], expiresAt: Date.now() / 1000 + 60, extra: { sub: 'ada' } };
  const payload = { iss: 'https://i', sub: 'bob', client_id: 'cli', scope: 'a', exp: info.expiresAt };

  it.each<[string, McpAuthOptions['authenticate'], unknown, Answer['text']]>([
    ['the official SDK', fromSdkAuth, info, 'Hello ada'],
    ['the official SDK, without extra', fromSdkAuth, { ...info, extra: undefined }, 'Hello nobody'],
    ['express-oauth2-jwt-bearer', fromJwtBearer, { header: {}, payload, token: 't' }, 'Hello bob'],
    [
      'a function of the app',
      (req) => Promise.resolve(req.auth as TokenVerdict),
      { ...info, subject: 'eve' },
      'Hello eve',
    ],
  ])('takes the caller of %s', async (_what, authenticate, auth, text) => {
    const options = authenticate === undefined ? {} : { authenticate };
    expect(await callWith(options, bearer('t'), [setAuth(auth)])).toEqual({ status: 200, text });
  });

  it.each<[string, McpAuthOptions['authenticate'], unknown, number]>([
    ['nobody', fromSdkAuth, undefined, 401],
    ['nobody, by JWT', fromJwtBearer, undefined, 401],
    ['null', fromSdkAuth, null, 401],
    ['null, by JWT', fromJwtBearer, null, 401],
    ['a token that ended', fromSdkAuth, { ...info, expiresAt: 7 }, 401],
    ['a token for another resource', fromSdkAuth, { ...info, resource: new URL('https://other.example') }, 401],
    ['a token without an end', fromJwtBearer, { payload: { ...payload, exp: undefined } }, 401],
    ['a numeric subject', fromJwtBearer, { payload: { ...payload, sub: 7 } }, 401],
    ['a text', fromSdkAuth, 'ada', 500],
    ['something without payload', fromJwtBearer, {}, 500],
    ['scopes that are a text', fromSdkAuth, { ...info, scopes: 'a' }, 500],
  ])('refuses %s', async (_what, authenticate, auth, status) => {
    const options = authenticate === undefined ? {} : { authenticate };
    expect((await callWith(options, bearer('t'), [setAuth(auth)])).status).toBe(status);
  });

  const cookie = { Cookie: 'session=1' };
  const session = { authenticate: () => ({ subject: 'ada', clientId: 'web', scopes: [] }) };

  it.each<[string, Partial<McpAuthOptions>, Record<string, string>, number]>([
    ['without a header', session, cookie, 401],
    ['without a header, from its own page', session, { ...cookie, Origin: 'https://api.example.com' }, 401],
    ['with cookies and no Origin', { ...session, allowCookies: true }, cookie, 401],
    [
      'with cookies from elsewhere',
      { ...session, allowCookies: true },
      { ...cookie, Origin: 'https://evil.example' },
      401,
    ],
    [
      'with cookies from a lookalike',
      { ...session, allowCookies: true },
      { ...cookie, Origin: 'https://evilapi.example.com' },
      401,
    ],
    ['with cookies from nowhere', { ...session, allowCookies: true }, { ...cookie, Origin: 'null' }, 401],
    [
      'with cookies without TLS',
      { ...session, allowCookies: true },
      { ...cookie, Origin: 'http://api.example.com' },
      401,
    ],
    ['with another scheme', session, { Authorization: 'Basic YTpi' }, 200],
    [
      'with what browsers send by themselves, from its own page',
      session,
      { Authorization: 'Basic YTpi', Origin: 'https://api.example.com' },
      200,
    ],
    ...['Basic YTpi', 'basic YTpi', 'Digest username="a"', 'Negotiate YII', 'NTLM TlRM'].map(
      (sent): [string, Partial<McpAuthOptions>, Record<string, string>, number] => [
        `with ${sent} and cookies from a page of another site`,
        { ...session, allowCookies: true },
        { ...cookie, Authorization: sent, Origin: 'https://app.example.com' },
        401,
      ],
    ),
    ['with a token from a page of another site', session, { ...bearer('t'), Origin: 'https://app.example.com' }, 200],
    ['with a header that is empty', session, { ...cookie, Authorization: '' }, 401],
    [
      'with an empty header and cookies from another site',
      { ...session, allowCookies: true },
      { ...cookie, Authorization: ' ', Origin: 'https://app.example.com' },
      401,
    ],
    [
      'with cookies from its own page',
      { ...session, allowCookies: true },
      { ...cookie, Origin: 'https://api.example.com' },
      200,
    ],
    [
      'with cookies from a page of the same site',
      { ...session, allowCookies: true },
      { ...cookie, Origin: 'https://app.example.com', 'Sec-Fetch-Site': 'same-site' },
      200,
    ],
  ])('is asked %s or not', async (_what, auth, headers, status) => {
    const app = protectedApp({ auth, router: { allowedOrigins: ['https://app.example.com'] } });
    expect((await modern(app, 'tools/call', { name: 'open' }, headers)).status).toBe(status);
  });

  it('tells an audit why a token is refused that no middleware looked at', async () => {
    const decisions: AccessDecision[] = [];
    const onDecision = (decision: AccessDecision) => void decisions.push(decision);
    expect((await callWith({ authenticate: fromSdkAuth, onDecision }, bearer('t'))).status).toBe(401);
    expect(decisions).toMatchObject([
      { code: 'invalid_token', cause: { message: expect.stringContaining('stand in front of mcpAuth') as unknown } },
    ]);
  });

  it('leaves callers that it does not know anonymous where that is allowed', async () => {
    const auth = { authenticate: () => undefined, allowAnonymous: true };
    expect(await callWith(auth, {})).toMatchObject({ text: 'Hello nobody' });
    expect((await callWith(auth, { Authorization: 'Basic YTpi' })).text).toBe('Hello nobody');
    expect((await callWith(auth, bearer('t'))).status).toBe(401);
  });

  it.each<[object, string]>([
    [{ authenticate: fromSdkAuth, issuer: 'https://i.example' }, 'authenticate decides alone, so issuer'],
    [{ authenticate: fromSdkAuth, verifiers: [keys] }, 'authenticate decides alone, so verifiers'],
    [{ authenticate: 'sdk' }, 'authenticate must be a function'],
    [{ authenticate: fromSdkAuth, allowCookies: 1 }, 'allowCookies must be true or false'],
    [{ issuer: 'https://i.example', allowCookies: true }, 'allowCookies is of use with authenticate only'],
  ])('is refused at start-up with %j', (options, message) => {
    expect(() => mcpAuth({ resource, ...options })).toThrow(message);
  });
});

describe('tenants', () => {
  it('a thousand of them are looked up once each, and no key of one is good for another', async () => {
    const [shared, stranger] = [
      await createTestIssuer({ audience: resource }),
      await createTestIssuer({ audience: resource }),
    ];
    const asked: string[] = [];
    const isTenant = (iss: string) => /^https:\/\/t\d+\.test$/.test(iss);
    // The even tenants have one key, the odd ones another.
    const jwksOf = (iss: string) => (Number(/\d+/.exec(iss)?.[0]) % 2 === 0 ? shared.jwks : stranger.jwks);
    const auth: Partial<McpAuthOptions> = {
      issuers: (iss) => {
        asked.push(iss);
        return Promise.resolve(isTenant(iss) ? { issuer: iss, jwks: jwksOf(iss) } : undefined);
      },
    };
    await whileListening(protectedApp({ auth }), async (port) => {
      const origin = `http://127.0.0.1:${String(port)}`;
      const use = async (token: string) => (await modern(origin, 'tools/list', {}, bearer(token))).status;
      for (let tenant = 0; tenant < 1000; tenant += 1) {
        const name = `https://t${String(tenant)}.test`;
        const [own, other] = tenant % 2 === 0 ? [shared, stranger] : [stranger, shared];
        expect(await use(await own.token({ issuer: name }))).toBe(200);
        if (tenant % 100 === 0) expect(await use(await other.token({ issuer: name, subject: 'eve' }))).toBe(401);
      }
      expect(asked).toHaveLength(1000);
      for (let count = 0; count < 3; count += 1) {
        expect(await use(await shared.token({ issuer: 'https://invented.test' }))).toBe(401);
      }
      expect(asked).toHaveLength(1001);
    });
  });

  it('cost no memory that grows with invented ones, and little for each that there is', async () => {
    const shared = await createTestIssuer({ audience: resource });
    const isTenant = (iss: string) => /^https:\/\/t\d+\.test$/.test(iss);
    const issuers = (iss: string) => (isTenant(iss) ? { issuer: iss, jwks: shared.jwks } : undefined);
    const auth = mcpAuth({ resource, issuers });
    const collect = promisify(setImmediate);
    const heap = async (): Promise<number> => {
      for (let round = 0; round < 3; round += 1) {
        collectGarbage();
        await collect();
      }
      return process.memoryUsage().heapUsed;
    };
    const app = express().use(auth, mcpRouter(createRegistry({ name: 'empty', version: '1.0.0' })), mcpErrorHandler());
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`;
    const use = async (iss: string): Promise<number> => {
      const token = await shared.token({ issuer: iss });
      const headers = {
        ...bearer(token),
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      };
      const response = await fetch(url, { method: 'POST', headers, body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
      await response.arrayBuffer();
      return response.status;
    };
    try {
      const inTurn = async (count: number, name: (index: number) => string, status: number): Promise<void> => {
        for (let from = 0; from < count; from += 20) {
          const names = Array.from({ length: Math.min(20, count - from) }, (_none, index) => name(from + index));
          expect(new Set(await Promise.all(names.map(use)))).toEqual(new Set([status]));
        }
      };
      // The first few load the code that all need.
      await inTurn(20, (index) => `https://t${String(index)}.test`, 200);
      const before = await heap();
      await inTurn(1000, (index) => `https://t${String(index + 100)}.test`, 200);
      const withTenants = await heap();
      await inTurn(2000, (index) => `https://invented${String(index)}.test`, 401);
      const withInvented = await heap();
      // A verifier with its keys, and a cached token, for each of a thousand.
      expect((withTenants - before) / 1000).toBeLessThan(64 * 1024);
      // Only the name of an invented issuer is kept, for half a minute.
      expect((withInvented - withTenants) / 2000).toBeLessThan(4 * 1024);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }, 120_000);

  it('are never fetched from when they were not named', async () => {
    const server = await new FakeIssuer().listen();
    try {
      server.publish(issuer.jwks);
      const token = await issuer.token({ issuer: server.origin });
      expect((await callWith({ issuers: () => undefined }, bearer(token))).status).toBe(401);
      expect(server.requests).toEqual([]);
      expect((await callWith({ issuers: (iss) => ({ issuer: iss }) }, bearer(token))).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  it.each<[string, McpAuthOptions['issuers'], number]>([
    [
      'throws',
      () => {
        throw new Error('no database');
      },
      500,
    ],
    ['rejects', () => Promise.reject(new Error('no database')), 500],
    ['returns null', () => null as unknown as undefined, 401],
    ['promises null', () => Promise.resolve(null as unknown as undefined), 401],
    ['returns another issuer', () => login, 500],
    ['returns nonsense', () => 'yes' as unknown as IssuerOptions, 500],
    ['returns options that are wrong', (iss) => ({ issuer: iss, algorithms: [] }), 500],
  ])('are refused when the function %s', async (_what, issuers, status) => {
    const token = await issuer.token({ issuer: 'https://t1.test' });
    expect((await callWith(issuers === undefined ? {} : { issuers }, bearer(token))).status).toBe(status);
  });

  it('have an endpoint for each, not a pattern', () => {
    const issuerOf = { issuer: 'https://i.example' };
    for (const pattern of [
      ...['api.example.com/:tenant/mcp', 'api.example.com/{tenant}/mcp', 'api.example.com/<tenant>/mcp'],
      ...['api.example.com/[tenant]/mcp', 'api.example.com/[...tenant]/mcp', 'api.example.com/*/mcp'],
      ...['{tenant}.example.com/mcp', '*.example.com/mcp', '$TENANT.example.com/mcp'],
    ]) {
      expect(() => mcpAuth({ resource: `https://${pattern}`, ...issuerOf })).toThrow('is a pattern');
    }
    for (const path of ['/:tenant/mcp', '/{tenant}/mcp', '/*tenant/mcp', '/<tenant>/mcp', '/[tenant]/mcp']) {
      expect(() => mcpAuth({ resource, path, ...issuerOf })).toThrow('is a pattern');
      expect(() => mcpRouter(createRegistry({ name: 'n', version: '1' }), { path })).toThrow('path must be a path');
    }
    for (const path of [/mcp/, ['/mcp']] as unknown as string[]) {
      expect(() => mcpRouter(createRegistry({ name: 'n', version: '1' }), { path })).toThrow('path must be a path');
    }
  });

  it('may have any name that a URL has', () => {
    const issuerOf = { issuer: 'https://i.example' };
    for (const name of [
      '[::1]:8080/mcp',
      'xn--bcher-kva.example/mcp',
      'a_b.example/urn:a:b/mcp',
      'a.example/~a/$b/mcp',
    ]) {
      expect(() => mcpAuth({ resource: `https://${name}`, ...issuerOf })).not.toThrow();
    }
  });
});

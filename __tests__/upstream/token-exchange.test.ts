import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import { apiKeyVerifier } from '../../lib/index.js';
import { TokenExchangeError } from '../../lib/upstream/index.js';
import type { FakeIssuer } from '../support/fake-issuer.js';
import { challengeOf } from '../support/mcp-app.js';
import { clientId, ExchangeServer, ordersApi, sendJson } from './support/exchange-server.js';
import { ordersApp, startOrdersApi, textOf } from './support/orders-app.js';

const server = new ExchangeServer();
let api: FakeIssuer;

beforeAll(async () => {
  await server.start();
  api = await startOrdersApi(server);
});

afterEach(() => {
  server.reset();
  jest.restoreAllMocks();
});

afterAll(async () => {
  await api.close();
  await server.close();
});

const scope = 'shop orders:read';

describe('a token in place of the caller’s', () => {
  it('is asked for as RFC 8693 says, and serves at the upstream API for the same subject', async () => {
    const token = await server.token({ scope, subject: 'ada' });
    const answer = await ordersApp(server, api).call('orders', token);
    expect(textOf(answer)).toBe('200 {"of":"ada","scope":"orders:read"}');
    expect(server.asked).toEqual([
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        audience: ordersApi,
        scope: 'orders:read',
      },
    ]);
  });

  it('is asked for in the on-behalf-of form of Entra ID, where its scopes have other names', async () => {
    const token = await server.token({ scope, claims: { oid: 'o-1', tid: 't-1' } });
    server.issue = { subject: 'pairwise', claims: { oid: 'o-1', tid: 't-1', scp: 'Orders:Read' } };
    server.change = (answer) => ({ ...answer, scope: 'openid Orders:Read' });
    const more = { profile: 'entra-obo', scopes: ['api://orders/orders:read'] } as const;
    const app = ordersApp(server, api, { ...more, audience: undefined } as object);
    expect(textOf(await app.call('orders', token))).toBe('200 {"of":"pairwise","scope":"orders:read"}');
    expect(server.asked).toEqual([
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: token,
        requested_token_use: 'on_behalf_of',
        scope: 'api://orders/orders:read',
      },
    ]);
  });

  it('is asked for by a client with a private key, whose assertions are good once each', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    server.clientKey = publicKey;
    const client = { clientId, privateKey: { ...(await exportJWK(privateKey)), alg: 'ES256', kid: 'k1' } };
    const { call } = ordersApp(server, api, { client });
    for (const subject of ['ada', 'bob']) {
      expect(textOf(await call('orders', await server.token({ scope, subject })))).toContain(`"of":"${subject}"`);
    }
    const assertions = server.asked.map((asked) => asked['client_assertion']);
    expect(new Set(assertions).size).toBe(2);
    expect(decodeProtectedHeader(String(assertions[0]))).toMatchObject({ alg: 'ES256', kid: 'k1' });
    expect(server.asked.every((asked) => asked['client_secret'] === undefined)).toBe(true);
    // Another key is refused.
    server.clientKey = (await generateKeyPair('ES256')).publicKey;
    const refused = await call('orders', await server.token({ scope, subject: 'eve' }));
    expect(textOf(refused)).toContain('Internal error');
  });

  it('is kept: one request for many calls, also for those at the same time', async () => {
    const { call } = ordersApp(server, api);
    const token = await server.token({ scope });
    const answers = await Promise.all(Array.from({ length: 5 }, () => call('orders', token)));
    await call('orders', token);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    expect(server.asked).toHaveLength(1);
  });

  it('is of one caller only', async () => {
    const { call } = ordersApp(server, api);
    const tokens = await Promise.all(['ada', 'bob'].map((subject) => server.token({ scope, subject })));
    const answers = await Promise.all(tokens.map((token) => call('orders', token)));
    expect(answers.map(textOf)).toEqual([
      '200 {"of":"ada","scope":"orders:read"}',
      '200 {"of":"bob","scope":"orders:read"}',
    ]);
  });

  it('is not shared by callers whose verifier takes one token for two subjects', async () => {
    const { exchange } = ordersApp(server, api);
    const token = await server.token({ scope, subject: 'ada' });
    const contextOf = (subject: string) => ({
      auth: { token, subject, clientId: 'c', issuer: server.issuer, claims: {} },
      requireScopes: () => undefined,
    });
    await exchange.token(contextOf('ada'));
    await expect(exchange.token(contextOf('bob'))).rejects.toThrow('is for another subject');
  });

  it.each([
    ['expires_in', () => (server.change = (answer) => ({ ...answer, expires_in: 60 })), 55],
    ['exp', () => (server.issue = { expiresIn: 60 }), 55],
    ['the end of the caller’s token, however long it lasts itself', () => undefined, 295],
  ])('is asked for anew shortly before %s', async (_what, prepare, seconds) => {
    prepare();
    const { exchange } = ordersApp(server, api);
    const token = await server.token({ scope, expiresIn: 300 });
    const { exp, sub = '' } = decodeJwt(token);
    const auth = { token, subject: sub, clientId: 'client-1', issuer: server.issuer, expiresAt: exp ?? 0, claims: {} };
    const ctx = { auth, requireScopes: () => undefined };
    await exchange.token(ctx);
    const later = Date.now() + (seconds - 15) * 1000;
    const now = jest.spyOn(Date, 'now').mockReturnValue(later);
    await exchange.token(ctx);
    expect(server.asked).toHaveLength(1);
    now.mockReturnValue(later + 15_000);
    await exchange.token(ctx).catch(() => undefined);
    expect(server.asked).toHaveLength(2);
  });

  it('serves once if nothing says when it ends', async () => {
    server.change = ({ expires_in: _lasts, ...answer }) => ({ ...answer, access_token: 'opaque' });
    const { call } = ordersApp(server, api);
    const token = await server.token({ scope });
    expect(textOf(await call('open', token))).toBe('opaque');
    await call('open', token);
    expect(server.asked).toHaveLength(2);
  });
});

describe('a refusal of the authorization server', () => {
  it('of the scopes asks the client for them, with all that the tool needs', async () => {
    const answer = await ordersApp(server, api).call('orders', await server.token({ scope: 'shop' }));
    expect(answer.status).toBe(403);
    expect(challengeOf(answer)).toContain('error="insufficient_scope", scope="shop orders:read"');
  });

  it('of the scopes asks for stepUpScopes, where this server has other names for them', async () => {
    const { call } = ordersApp(server, api, { stepUpScopes: ['shop:orders'] });
    const answer = await call('orders', await server.token({ scope: 'shop' }));
    expect(challengeOf(answer)).toContain('scope="shop shop:orders"');
  });

  it('of scopes that the caller holds does not ask for them once more', async () => {
    server.instead = (response) => {
      sendJson(response, 400, { error: 'invalid_scope' });
    };
    const { call, reported } = ordersApp(server, api);
    const answer = await call('orders', await server.token({ scope }));
    expect(textOf(answer)).toMatch(/^Internal error\. Reference: /);
    expect(reported).toEqual([expect.any(TokenExchangeError)]);
  });

  it('in a challenge instead of a body counts as well', async () => {
    server.instead = (response) => {
      response.writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope"' }).end('no');
    };
    const answer = await ordersApp(server, api).call('orders', await server.token({ scope: 'shop' }));
    expect(challengeOf(answer)).toContain('error="insufficient_scope"');
  });

  it.each([
    ['rfc8693', 'invalid_grant'],
    // RFC 8693 §2.2.2
    ['rfc8693', 'invalid_request'],
    ['entra-obo', 'invalid_grant'],
    ['entra-obo', 'interaction_required'],
  ] as const)('by %s with %s is 401, so that the client signs in again', async (profile, error) => {
    server.instead = (response) => {
      sendJson(response, 400, { error });
    };
    const options = profile === 'rfc8693' ? {} : { profile, audience: undefined };
    const answer = await ordersApp(server, api, options as object).call('orders', await server.token({ scope }));
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toContain('error="invalid_token"');
  });

  it('for claims that Entra ID wants is 401, and the caller is told nothing of them', async () => {
    const claims = '{"access_token":{"polids":{"essential":true,"values":["secret-policy"]}}}';
    server.instead = (response) => {
      sendJson(response, 400, { error: 'interaction_required', error_description: 'AADSTS50076', claims });
    };
    const options = { profile: 'entra-obo', audience: undefined } as object;
    const answer = await ordersApp(server, api, options).call('orders', await server.token({ scope }));
    expect([answer.status, challengeOf(answer)]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
    expect(`${answer.text}${String(challengeOf(answer))}`).not.toMatch(/secret-policy|AADSTS/);
  });

  it.each(['invalid_client', 'unauthorized_client', 'invalid_target', 'unsupported_grant_type'])(
    'of this server itself (%s) is told to operators, and not to the caller',
    async (error) => {
      server.instead = (response) => {
        sendJson(response, 400, { error, error_description: 'AADSTS-1' });
      };
      const { call, reported } = ordersApp(server, api);
      const answer = await call('orders', await server.token({ scope }));
      expect(answer.text).not.toContain(error);
      expect(String(reported[0])).toBe(`TokenExchangeError: The authorization server answered 400 ${error}: AADSTS-1`);
    },
  );

  it.each([
    ['500', 500],
    ['429', 429],
  ])('with status %s is 503 with Retry-After', async (_status, status) => {
    server.instead = (response) => {
      sendJson(response, status, {});
    };
    const answer = await ordersApp(server, api).call('orders', await server.token({ scope }));
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  });

  it('by silence is 503, and is not remembered', async () => {
    server.instead = (response) => response.destroy();
    const { call } = ordersApp(server, api);
    const token = await server.token({ scope });
    expect((await call('orders', token)).status).toBe(503);
    server.reset();
    expect(textOf(await call('orders', token))).toMatch(/^200 /);
  });
});

describe('an answer that must not be used', () => {
  const hostile: readonly (readonly [string, () => unknown, string])[] = [
    ['more scopes in the answer', () => change({ scope: 'orders:read orders:admin' }), 'has scopes'],
    ['more scopes in the token', () => (server.issue = { scope: 'orders:read orders:admin' }), 'has scopes'],
    ['more scopes in scp', () => (server.issue = { claims: { scp: ['orders:admin'] } }), 'has scopes'],
    ['another subject', () => (server.issue = { subject: 'mallory' }), 'is for another subject'],
    ['a DPoP token', () => change({ token_type: 'DPoP' }), 'is not of type Bearer'],
    ['no access token', () => change({ token_type: 'N_A' }), 'is not valid'],
    ['no token_type', () => change({ token_type: undefined }), 'is not valid'],
    ['no issued_token_type', () => change({ issued_token_type: undefined }), 'issued_token_type'],
    [
      'an id_token by its issued_token_type',
      () => change({ issued_token_type: 'urn:ietf:params:oauth:token-type:id_token' }),
      'issued_token_type',
    ],
    ['no token', () => change({ access_token: undefined }), 'is not valid'],
    ['a token that is no text', () => change({ access_token: { a: 1 } }), 'is not valid'],
    [
      'the caller’s own token',
      () => (server.change = (answer, asked) => ({ ...answer, access_token: asked['subject_token'] })),
      'own token',
    ],
    ['a token that has ended', () => (server.issue = { expiresIn: -1 }), 'has ended already'],
    ['an exp that is no number', () => (server.issue = { claims: { exp: 'never' } }), 'has no valid exp'],
    ['a life that ends at once', () => change({ expires_in: 0 }), 'has ended already'],
    ['a negative life', () => change({ expires_in: -5 }), 'is not valid'],
    ['scopes that are no text', () => change({ scope: ['orders:read'] }), 'is not valid'],
    [
      'null',
      () =>
        (server.instead = (response) => {
          sendJson(response, 200, null);
        }),
      'is not valid',
    ],
    [
      'HTML',
      () => (server.instead = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')),
      'is not valid',
    ],
  ];

  function change(members: Readonly<Record<string, unknown>>): unknown {
    return (server.change = (answer) => ({ ...answer, ...members }));
  }

  it.each(hostile)('is one with %s', async (_what, prepare, text) => {
    prepare();
    const { call, reported } = ordersApp(server, api);
    const token = await server.token({ scope });
    const answer = await call('open', token);
    expect(textOf(answer)).toMatch(/^Internal error\. Reference: /);
    expect(reported).toEqual([expect.any(TokenExchangeError)]);
    expect(String(reported[0])).toContain(text);
    // Loggers never print a token.
    expect(inspect(reported[0], { depth: 10 })).not.toContain('eyJ');
  });

  it.each([
    ['another user', { oid: 'o-2', tid: 't-1' }],
    ['another tenant', { oid: 'o-1', tid: 't-2' }],
  ])('is one of Entra ID for %s', async (_what, claims) => {
    server.issue = { claims };
    const options = { profile: 'entra-obo', audience: undefined } as object;
    const { call, reported } = ordersApp(server, api, options);
    await call('open', await server.token({ scope, claims: { oid: 'o-1', tid: 't-1' } }));
    expect(String(reported[0])).toContain('is for another subject');
  });

  it.each([
    ['api://orders/orders:read', 'orders:read Orders.Write', 'Internal error'],
    ['api://orders/.default', 'Orders.Read Orders.Write', 'eyJ'],
  ])('is one of Entra ID with more than was asked for: %s gives %s', async (asked, scp, text) => {
    server.change = (answer) => ({ ...answer, scope: scp });
    const options = { profile: 'entra-obo', audience: undefined, scopes: [asked] } as object;
    expect(textOf(await ordersApp(server, api, options).call('open', await server.token({ scope })))).toContain(text);
  });
});

describe('a caller whose credential must not be sent', () => {
  it('is anonymous: 401 with the scopes to ask for', async () => {
    const answer = await ordersApp(server, api, {}, { allowAnonymous: true }).call('open');
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toContain('scope="orders:read"');
    expect(server.asked).toEqual([]);
  });

  it('has an API key: 403', async () => {
    const verifiers = [
      apiKeyVerifier({ prefix: 'nk_', find: () => ({ subject: 'ada', clientId: 'cron', scopes: [] }) }),
    ];
    const answer = await ordersApp(server, api, {}, { verifiers }).call('open', 'nk_secret');
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ error: 'access_denied' });
    expect(server.asked).toEqual([]);
  });

  it('has a token of another issuer, unless callerIssuers names it', async () => {
    const token = await server.token({ scope });
    const withOthers = (callerIssuers: string[]) => ordersApp(server, api, { callerIssuers }).call('open', token);
    expect((await withOthers(['https://sts.example.com'])).status).toBe(403);
    expect(server.asked).toEqual([]);
    expect((await withOthers(['https://sts.example.com', server.issuer])).status).toBe(200);
  });

  it.each([
    ['is not kept any more', { token: '' }],
    ['has just ended', { expiresAt: Date.now() / 1000 - 1 }],
  ])('has a token that %s', async (_what, more) => {
    const auth = {
      token: 'abc',
      subject: 'ada',
      clientId,
      issuer: server.issuer,
      expiresAt: Infinity,
      claims: {},
      ...more,
    };
    const asked = ordersApp(server, api).exchange.token({ auth, requireScopes: () => undefined });
    await expect(asked).rejects.toMatchObject({ code: 'invalid_token' });
    expect(server.asked).toEqual([]);
  });
});

it('keeps the caller’s token out of what operators read, when the authorization server repeats it', async () => {
  server.change = () => ({});
  const { call, reported } = ordersApp(server, api, { audience: 'https://other.example.com' });
  await call('orders', await server.token({ scope }));
  expect(inspect(reported[0], { depth: 10 })).toContain('400 invalid_target: Refused: [token]');
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InsufficientScopeError } from '../../lib/index.js';
import { relayInsufficientScope } from '../../lib/upstream/index.js';
import type { FakeIssuer } from '../support/fake-issuer.js';
import { challengeOf } from '../support/mcp-app.js';
import { ExchangeServer } from './support/exchange-server.js';
import { ordersApp, startOrdersApi, textOf } from './support/orders-app.js';

const server = new ExchangeServer();
let api: FakeIssuer;

beforeAll(async () => {
  await server.start();
  api = await startOrdersApi(server);
});

afterAll(async () => {
  await api.close();
  await server.close();
});

describe('403 of an upstream API for scopes', () => {
  it('asks the client for them and for all that the tool needs', async () => {
    const { call } = ordersApp(server, api);
    const refused = await call('order', await server.token({ scope: 'shop orders:read' }));
    expect(refused.status).toBe(403);
    expect(challengeOf(refused)).toContain('error="insufficient_scope", scope="shop orders:write orders:read"');
  });

  it('comes back as it is when the caller holds them already', async () => {
    const { call } = ordersApp(server, api);
    const answer = await call('order', await server.token({ scope: 'shop orders:read orders:write' }));
    expect(textOf(answer)).toBe('403 ');
  });
});

/** A context of a caller who holds nothing. */
const ctx = {
  requireScopes: (...requiredScopes: readonly string[]) => {
    throw new InsufficientScopeError({ requiredScopes });
  },
};

const answerWith = (status: number, challenge?: string): Response =>
  new Response(null, { status, headers: challenge === undefined ? {} : { 'www-authenticate': challenge } });

describe('relayInsufficientScope', () => {
  it.each([
    ['a challenge among others', 'Basic realm="x", DPoP error="insufficient_scope", scope="a b a"', ['a', 'b']],
    [
      'two challenges',
      'Bearer error="insufficient_scope", scope="a", DPoP error="insufficient_scope", scope="b"',
      ['a', 'b'],
    ],
    ['scopes of which one is none', String.raw`Bearer error="insufficient_scope", scope="a b\"c"`, ['a']],
  ])('asks for the scopes of %s', (_what, challenge, requiredScopes) => {
    expect(() => relayInsufficientScope(answerWith(403, challenge), ctx)).toThrow(
      expect.objectContaining({ requiredScopes }),
    );
  });

  it.each([
    ['200', answerWith(200, 'Bearer error="insufficient_scope", scope="a"')],
    ['401', answerWith(401, 'Bearer error="insufficient_scope", scope="a"')],
    ['403 without a challenge', answerWith(403)],
    ['403 with another error', answerWith(403, 'Bearer error="invalid_token", scope="a"')],
    ['403 that names no scopes', answerWith(403, 'Bearer error="insufficient_scope"')],
    ['403 with nothing that is a scope', answerWith(403, String.raw`Bearer error="insufficient_scope", scope="\""`)],
    [
      '403 with a challenge beyond 8 KiB',
      answerWith(403, `Bearer error="insufficient_scope", scope="${'a '.repeat(5000)}"`),
    ],
  ])('gives back a %s', (_what, response) => {
    expect(relayInsufficientScope(response, ctx)).toBe(response);
  });
});

// Tokens, key sets and metadata documents as found in the wild; the cases are data in this folder.
import { describe, expect, it, jest } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import request from 'supertest';
import type { AccessDecision, IssuerOptions } from '../../lib/index.js';
import { mcpAuth } from '../../lib/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { issuer, modern, protectedApp, resource } from '../support/mcp-app.js';
import type { WildCase } from './cases.js';
import { readCases, titled } from './cases.js';

interface Case extends WildCase {
  readonly issuer?: Partial<IssuerOptions>;
  readonly refused?: string;
}

interface TokenCase extends Case {
  readonly typ?: string;
  /** Additional claims; `absent` removes one, `xN` is an array of N characters or more. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly scopes?: readonly string[];
  readonly clientId?: string;
  /** Null for a client's own token. */
  readonly subject?: string | null;
  readonly authorizationServers?: readonly string[];
}

/** Tokens of a provider only have its own claims; the test issuer would add a client and scopes. */
const ofProviders = (readCases('providers.json') as readonly TokenCase[]).map((each) => ({
  ...each,
  claims: { client_id: 'absent', scope: 'absent', ...each.claims },
}));
const wildTokens = [...(readCases('tokens.json') as readonly TokenCase[]), ...ofProviders];
const wildIssuers = readCases('issuers.json') as readonly (Case & { readonly issuer: IssuerOptions })[];

/** The meaning of a claim in a case. */
function claimOf(value: unknown): unknown {
  if (value === 'absent') return undefined;
  const length = typeof value === 'string' ? /^x(\d+)$/.exec(value)?.[1] : undefined;
  return length === undefined
    ? value
    : Array.from({ length: Number(length) / 40 }, (_none, index) => `group-${String(index)}`.padEnd(36, '-'));
}

async function accepted(options: IssuerOptions, token: string) {
  const decisions: AccessDecision[] = [];
  const app = protectedApp({
    auth: { issuers: [options], onDecision: (decision) => void decisions.push(decision) },
  });
  const response = await modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });
  return { app, response, decision: decisions[0] };
}

describe('a token as it is in the wild', () => {
  it.each(titled(wildTokens))('%s', async (_title, { typ, claims, refused, ...wanted }) => {
    const options = { issuer: issuer.issuer, jwks: issuer.jwks, ...wanted.issuer };
    const forged = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimOf(value)]));
    const token = await issuer.token({
      issuer: options.issuer,
      claims: forged,
      ...(typ === undefined ? {} : { type: typ }),
    });
    const { app, response, decision } = await accepted(options, token);
    if (refused !== undefined) {
      expect([response.status, response.body]).toEqual([401, expect.objectContaining({ error_description: refused })]);
      return;
    }
    expect(response.status).toBe(200);
    if (wanted.scopes !== undefined) expect(decision?.grantedScopes).toEqual(wanted.scopes);
    if (wanted.clientId !== undefined) expect(decision?.clientId).toBe(wanted.clientId);
    if (wanted.subject !== undefined) expect(decision?.subject ?? null).toBe(wanted.subject);
    if (wanted.authorizationServers === undefined) return;
    const document = await request(app).get('/.well-known/oauth-protected-resource/mcp');
    expect(document.body).toMatchObject({ authorization_servers: wanted.authorizationServers });
  });

  it('is as long as the case says', async () => {
    const groups = claimOf('x7000');
    expect((await issuer.token({ claims: { groups } })).length).toBeGreaterThan(9000);
  });
});

describe('an issuer as people write it', () => {
  it.each(titled(wildIssuers))('%s', (_title, { issuer: options, refused }) => {
    const make = (): unknown => mcpAuth({ resource, issuers: [options] });
    if (refused === undefined) expect(make()).toBeInstanceOf(Function);
    else expect(make).toThrow(refused);
  });
});

describe('a shared secret', () => {
  it.each(['HS256', 'HS384', 'HS512'])('verifies %s from end to end, and nothing else', async (alg) => {
    const bytes = Buffer.alloc(64, 5);
    const options = {
      issuer: 'https://login.example.com',
      jwks: { keys: [{ kty: 'oct', k: bytes.toString('base64url') }] },
      algorithms: [alg],
    };
    const sign = (secret: Uint8Array, algorithm = alg) =>
      new SignJWT({ sub: 'ada' })
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(options.issuer)
        .setAudience(resource)
        .setExpirationTime('1m')
        .sign(secret);
    expect((await accepted(options, await sign(bytes))).response.status).toBe(200);
    expect((await accepted(options, await sign(Buffer.alloc(64, 6)))).response.status).toBe(401);
    const other = alg === 'HS256' ? 'HS512' : 'HS256';
    expect((await accepted(options, await sign(bytes, other))).response.status).toBe(401);
  });
});

const pair = await generateKeyPair('ES256', { extractable: true });
const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'k' };
const privateJwk = { ...(await exportJWK(pair.privateKey)), kid: 'k' };

describe('a key set as it is in the wild', () => {
  const serve = async (keys: readonly object[], token: (origin: string) => Promise<string>) => {
    const server = await new FakeIssuer().listen();
    try {
      server.publish({ keys });
      const auth = { issuer: server.origin };
      const ready = await mcpAuth({ resource, ...auth }).ready();
      const { response, decision } = await accepted(auth, await token(server.origin));
      return { status: response.status, cause: decision?.cause, isReady: ready.isReady };
    } finally {
      await server.close();
    }
  };
  const sign = (origin: string) =>
    new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(origin)
      .setAudience(resource)
      .setExpirationTime('1m')
      .sign(pair.privateKey);

  it.each<[string, object, number, boolean]>([
    ['members that are null', { ...publicJwk, use: null, key_ops: null, alg: null }, 200, true],
    ['key_ops for both', { ...publicJwk, key_ops: ['sign', 'verify'] }, 200, true],
    ['a private key', privateJwk, 401, false],
    ['another use', { ...publicJwk, use: 'tls' }, 401, false],
    ['key_ops without verify', { ...publicJwk, key_ops: ['sign'] }, 401, false],
    ['a point that is not on the curve', { ...publicJwk, x: 'AQAB', y: 'AQAB' }, 401, true],
    ['only a key for encryption, as while it starts', { ...publicJwk, use: 'enc' }, 503, false],
  ])('with %s', async (_what, key, status, isReady) => {
    const found = await serve([key], sign);
    expect([found.status, found.isReady]).toEqual([status, isReady]);
    if (status === 401) expect(found.cause).toHaveProperty('message');
  });

  it('with an RSA key of 1024 bits', async () => {
    const short = { kty: 'RSA', kid: 'k', e: 'AQAB', n: Buffer.alloc(128, 200).toString('base64url') };
    const token = async (origin: string) => {
      const [, payload = ''] = (await sign(origin)).split('.');
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'k' })).toString('base64url');
      return `${header}.${payload}.${Buffer.alloc(128).toString('base64url')}`;
    };
    expect(await serve([short], token)).toMatchObject({
      status: 401,
      isReady: false,
      cause: { cause: { message: 'Keys of the set cannot be used: the key "k" has fewer than 2048 bits' } },
    });
  });
});

describe('metadata as it is in the wild', () => {
  it.each<[string, object, object | undefined]>([
    ['RFC 8414 without jwks_uri, which OpenID Connect has', { jwks_uri: undefined }, {}],
    ['a jwks_uri that is null in the first place', { jwks_uri: null }, {}],
    ['an introspection_endpoint that is null', { introspection_endpoint: null }, undefined],
    ['an introspection_endpoint that is no URL', { introspection_endpoint: 'none' }, undefined],
  ])('%s', async (_what, first, second) => {
    const signer = await createTestIssuer({ audience: resource });
    const server = await new FakeIssuer().listen();
    try {
      server.publish(signer.jwks, first);
      if (second !== undefined) {
        server.json('/.well-known/openid-configuration', { issuer: server.origin, jwks_uri: `${server.origin}/jwks` });
      }
      const token = await signer.token({ issuer: server.origin });
      expect((await accepted({ issuer: server.origin }, token)).response.status).toBe(200);
    } finally {
      await server.close();
    }
  });
});

describe('a wrong audience', () => {
  it('is shown to operators with both values, on standard error once, and to the caller by its name alone', async () => {
    const lines = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const decisions: AccessDecision[] = [];
      const app = protectedApp({ auth: { onDecision: (decision) => void decisions.push(decision) } });
      const token = await issuer.token({ audience: `${resource}/` });
      for (let count = 0; count < 2; count += 1) {
        const response = await modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });
        expect(response.status).toBe(401);
        expect(JSON.stringify(response.body)).not.toContain(`${resource}/`);
      }
      const message = `The aud claim of a token is "${resource}/", and must be "${resource}"`;
      expect(decisions).toMatchObject([{ cause: { message } }, { cause: { message } }]);
      expect(lines.mock.calls).toEqual([[expect.stringContaining(`wrong_audience at ${resource}: ${message}`)]]);
    } finally {
      lines.mockRestore();
    }
  });
});

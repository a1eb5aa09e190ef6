import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Door } from '../../support/doors.js';
import type { Response } from 'supertest';
import request from 'supertest';
import type { McpAuthOptions } from '../../../lib/index.js';
import type { ProofOptions } from '../../support/dpop-client.js';
import { DpopClient } from '../../support/dpop-client.js';
import { sendRaw } from '../../support/listening.js';
import { challengeOf, issuer, metadataUrl, modern, protectedApp, resource } from '../../support/mcp-app.js';

const algs = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519';
const place = `resource_metadata="${metadataUrl}"`;
const appWith = (auth: Partial<McpAuthOptions> = {}): Door => protectedApp({ auth: { dpop: 'supported', ...auth } });

let client: DpopClient;
beforeAll(async () => {
  client = await DpopClient.create();
});

/** Calls a tool with a bound token and a proof. */
async function call(
  app: Door,
  options: ProofOptions & { readonly scope?: string; readonly tool?: string; readonly cnf?: unknown } = {},
): Promise<Response> {
  const { scope = '', tool = 'open', cnf } = options;
  const token = await client.token(scope, cnf);
  const DPoP = await client.proof(token, options);
  return modern(app, 'tools/call', { name: tool }, { Authorization: `DPoP ${token}`, DPoP });
}

function expectRefused(response: Response, error: string, description: string): void {
  expect(response.status).toBe(401);
  expect(response.body).toMatchObject({ error, error_description: description });
  expect(challengeOf(response)).toBe(
    `Bearer ${place}, DPoP ${place}, error="${error}", error_description="${description}", algs="${algs}"`,
  );
}

describe('a token that is bound with DPoP', () => {
  it('is good with a proof, beside Bearer tokens', async () => {
    const app = appWith();
    expect((await call(app)).text).toContain('Hello user-1');
    const bearer = { Authorization: `Bearer ${await issuer.token()}` };
    expect((await modern(app, 'tools/call', { name: 'open' }, bearer)).status).toBe(200);
  });

  it('is asked for more scopes in the DPoP challenge', async () => {
    const response = await call(appWith(), { tool: 'write', scope: 'notes:read' });
    expect(response.status).toBe(403);
    expect(challengeOf(response)).toBe(
      `Bearer ${place}, DPoP ${place}, error="insufficient_scope", scope="notes:read notes:write", ` +
        `error_description="Insufficient scope for tool 'write': requires notes:read notes:write", algs="${algs}"`,
    );
  });

  it.each(['supported', 'required', 'off'] as const)('is never taken as a Bearer token (%s)', async (dpop) => {
    const response = await modern(
      appWith({ dpop }),
      'tools/list',
      {},
      { Authorization: `Bearer ${await client.token()}` },
    );
    expect(response.status).toBe(401);
    expect(response.body).toMatchObject({
      error_description: 'The access token is bound to a key and needs the DPoP scheme with a proof',
    });
  });

  it.each<[string, ProofOptions, string]>([
    ['another method', { claims: { htm: 'GET' } }, 'htm'],
    ['a method in another case', { claims: { htm: 'post' } }, 'htm'],
    ['another URL', { claims: { htu: 'https://api.example.com/other' } }, 'htu'],
    ['another host', { claims: { htu: 'https://evil.example/mcp' } }, 'htu'],
    ['another scheme', { claims: { htu: 'http://api.example.com/mcp' } }, 'htu'],
    ['another port', { claims: { htu: 'https://api.example.com:8443/mcp' } }, 'htu'],
    ['a URL with credentials', { claims: { htu: 'https://a@api.example.com/mcp' } }, 'htu'],
    ['no URL', { claims: { htu: '/mcp' } }, 'htu'],
    ['a URL that is no text', { claims: { htu: [resource] } }, 'htu'],
    ['a time long ago', { claims: { iat: Math.floor(Date.now() / 1000) - 120 } }, 'iat'],
    ['a time to come', { claims: { iat: Math.floor(Date.now() / 1000) + 60 } }, 'iat'],
    ['no time', { claims: { iat: undefined } }, 'iat'],
    ['no identifier', { claims: { jti: undefined } }, 'jti'],
    ['an empty identifier', { claims: { jti: '' } }, 'jti'],
    ['an endless identifier', { claims: { jti: 'x'.repeat(257) } }, 'jti'],
    ['another token', { claims: { ath: createHash('sha256').update('other').digest('base64url') } }, 'ath'],
    ['no token', { claims: { ath: undefined } }, 'ath'],
    ['a nonce that is no text', { claims: { nonce: 7 } }, 'nonce'],
  ])('is refused with a proof for %s', async (_what, options, claim) => {
    const description = `The ${claim} claim of the DPoP proof is not right for this request`;
    expectRefused(await call(appWith(), options), 'invalid_dpop_proof', description);
  });

  it.each<[string, ProofOptions]>([
    ['query and fragment in the URL', { claims: { htu: `${resource}?a=b#c` } }],
    ['the URL in another case', { claims: { htu: 'HTTPS://API.example.com:443/mcp' } }],
    ['a clock that is a little ahead', { claims: { iat: Math.floor(Date.now() / 1000) + 4 } }],
    ['a nonce that nobody asked for', { claims: { nonce: 'any' } }],
  ])('is good with %s', async (_what, options) => {
    expect((await call(appWith(), options)).status).toBe(200);
  });

  const malformed = 'The DPoP proof is malformed, or its signature does not verify';

  it('is refused with a proof that is signed wrongly', async () => {
    const stranger = await DpopClient.create();
    const { privateKey: rsa } = await generateKeyPair('RS256');
    const privateJwk = await exportJWK(client.privateKey);
    const secret = { kty: 'oct', k: Buffer.from('s'.repeat(32)).toString('base64url') };
    const cases: ProofOptions[] = [
      { key: stranger.privateKey },
      { header: { typ: 'JWT' } },
      { header: { typ: undefined } },
      { header: { jwk: undefined } },
      { header: { jwk: privateJwk } },
      { header: { jwk: 'text' } },
      { header: { alg: 'RS256' }, key: rsa },
    ];
    for (const options of cases) expectRefused(await call(appWith(), options), 'invalid_dpop_proof', malformed);
    const token = await client.token();
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const symmetric = await new SignJWT({ htm: 'POST' })
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: secret })
      .sign(Buffer.from('s'.repeat(32)));
    const none = `${part({ alg: 'none', typ: 'dpop+jwt', jwk: client.jwk })}.${part({ htm: 'POST' })}.`;
    for (const DPoP of [symmetric, none, 'nonsense', 'a.b.c']) {
      const response = await modern(appWith(), 'tools/list', {}, { Authorization: `DPoP ${token}`, DPoP });
      expectRefused(response, 'invalid_dpop_proof', malformed);
    }
  });

  it('is refused with a proof that is too long', async () => {
    const headers = { Authorization: `DPoP ${await client.token()}`, DPoP: 'a'.repeat(8193) };
    expectRefused(
      await modern(appWith(), 'tools/list', {}, headers),
      'invalid_dpop_proof',
      'The DPoP proof is too long',
    );
  });

  it('is refused without a proof, and with two', async () => {
    const Authorization = `DPoP ${await client.token()}`;
    const without = await modern(appWith(), 'tools/list', {}, { Authorization });
    expectRefused(without, 'invalid_dpop_proof', 'The DPoP header is missing');
    const answer = await sendRaw(
      appWith(),
      `POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: ${Authorization}\r\nDPoP: a\r\nDPoP: b\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain('Send one DPoP header, not several');
  });

  it('is refused with a good proof of another key', async () => {
    const thief = await DpopClient.create();
    const token = await client.token();
    const headers = { Authorization: `DPoP ${token}`, DPoP: await thief.proof(token) };
    const response = await modern(appWith(), 'tools/list', {}, headers);
    expectRefused(response, 'invalid_token', 'The access token is bound to another key');
  });

  it('is refused when the proof was used before, at this process', async () => {
    const app = appWith();
    const token = await client.token();
    const headers = { Authorization: `DPoP ${token}`, DPoP: await client.proof(token) };
    expect((await modern(app, 'tools/list', {}, headers)).status).toBe(200);
    expectRefused(await modern(app, 'tools/list', {}, headers), 'invalid_dpop_proof', 'The DPoP proof was used before');
  });

  it('is undecided while nobody can tell whether the proof was used before', async () => {
    const replay = { markUsed: () => Promise.reject(new Error('down')), close: () => Promise.resolve() };
    const response = await call(appWith({ stores: { replay } }));
    expect(response.status).toBe(503);
    expect(response.headers).toMatchObject({ 'retry-after': '5' });
  });

  it('may be bound with any asymmetric algorithm', async () => {
    for (const alg of ['RS256', 'PS256', 'ES384', 'Ed25519']) {
      const other = await DpopClient.create(alg);
      const token = await other.token();
      const headers = { Authorization: `DPoP ${token}`, DPoP: await other.proof(token, { header: { alg } }) };
      expect((await modern(appWith(), 'tools/list', {}, headers)).status).toBe(200);
    }
  });
});

describe('a token that is not bound', () => {
  it('is no DPoP token', async () => {
    const token = await issuer.token();
    const headers = { Authorization: `DPoP ${token}`, DPoP: await client.proof(token) };
    const response = await modern(appWith(), 'tools/list', {}, headers);
    expectRefused(response, 'invalid_token', 'The access token is not bound to a DPoP key');
  });

  it('is refused where DPoP is required', async () => {
    const app = appWith({ dpop: 'required' });
    const response = await modern(app, 'tools/list', {}, { Authorization: `Bearer ${await issuer.token()}` });
    expect(response.status).toBe(401);
    expect(challengeOf(response)).toBe(
      `DPoP ${place}, error="invalid_token", error_description="Only access tokens that are bound to a key with DPoP ` +
        `are accepted here", algs="${algs}"`,
    );
    expect((await call(app)).status).toBe(200);
  });

  it.each(['text', {}, { jwk: {} }, { jkt: 7 }, { jkt: 'a', kid: 'b' }])(
    'cannot be told from one that is bound in a strange way: %j',
    async (cnf) => {
      const Authorization = `Bearer ${await issuer.token({ claims: { cnf } })}`;
      const response = await modern(appWith(), 'tools/list', {}, { Authorization });
      expect(response.body).toMatchObject({
        error_description: 'The access token is bound in a way that cannot be checked here',
      });
    },
  );
});

describe('DPoP', () => {
  it('is no scheme of an endpoint that does not take it', async () => {
    const token = await client.token();
    const headers = { Authorization: `DPoP ${token}`, DPoP: await client.proof(token) };
    const response = await modern(protectedApp(), 'tools/list', {}, headers);
    expect(response.status).toBe(401);
    expect(challengeOf(response)).toBe(`Bearer ${place}`);
  });

  it('is offered to who sends nothing', async () => {
    expect(challengeOf(await modern(appWith(), 'tools/list'))).toBe(`Bearer ${place}, DPoP ${place}, algs="${algs}"`);
    const required = await modern(appWith({ dpop: 'required', requiredScopes: ['mcp'] }), 'tools/list');
    expect(challengeOf(required)).toBe(`DPoP ${place}, scope="mcp", algs="${algs}"`);
  });

  it('is announced in the metadata document (RFC 9728 §2)', async () => {
    const path = new URL(metadataUrl).pathname;
    const supported = await request(appWith()).get(path);
    expect(supported.body).toMatchObject({ dpop_signing_alg_values_supported: algs.split(' ') });
    expect(supported.body).not.toHaveProperty('dpop_bound_access_tokens_required');
    const required = await request(appWith({ dpop: 'required' })).get(path);
    expect(required.body).toMatchObject({ dpop_bound_access_tokens_required: true });
    expect((await request(protectedApp()).get(path)).body).not.toHaveProperty('dpop_signing_alg_values_supported');
  });

  it('can demand a nonce, which the client gets with the refusal', async () => {
    const app = appWith({ dpopNonceSecret: 'n'.repeat(32) });
    const refused = await call(app);
    expectRefused(refused, 'use_dpop_nonce', 'The DPoP proof needs the nonce of this server');
    const { 'dpop-nonce': nonce } = refused.headers as Readonly<Record<string, string>>;
    const accepted = await call(app, { claims: { nonce } });
    expect(accepted.status).toBe(200);
    expect(accepted.headers).not.toHaveProperty('dpop-nonce');
    expect((await call(app, { claims: { nonce: 'x'.repeat(43) } })).status).toBe(401);
    const sibling = appWith({ dpopNonceSecret: 'n'.repeat(32) });
    expect((await call(sibling, { claims: { nonce } })).status).toBe(200);
    const stranger = appWith({ dpopNonceSecret: 'm'.repeat(32) });
    expect((await call(stranger, { claims: { nonce } })).status).toBe(401);
  });

  it('hands out the next nonce before the old one ends', async () => {
    const { DpopNonces } = await import('../../../lib/oauth/dpop-nonces.js');
    const nonces = new DpopNonces('n'.repeat(32));
    const before = withTime(-120, () => nonces.current());
    expect([nonces.judge(before), nonces.judge(nonces.current())]).toEqual(['old', 'current']);
    expect(nonces.judge(withTime(-240, () => nonces.current()))).toBe('unknown');
    const response = await call(appWith({ dpopNonceSecret: 'n'.repeat(32) }), { claims: { nonce: before } });
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({ 'dpop-nonce': nonces.current() });
  });
});

/** Runs something as if it were earlier. */
function withTime<T>(seconds: number, run: () => T): T {
  const { now } = Date;
  const moment = now() + seconds * 1000;
  Date.now = () => moment;
  try {
    return run();
  } finally {
    Date.now = now;
  }
}

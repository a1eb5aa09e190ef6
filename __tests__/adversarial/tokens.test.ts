// Tokens that an attacker would try. Every case states the exact status, challenge and body.
import { createHmac, createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeIssuer } from '../support/fake-issuer.js';
import type { Forgery } from '../support/forge.js';
import { forge, jwks, keys } from '../support/forge.js';
import { sendRaw } from '../support/listening.js';
import { challengeOf, metadataUrl, modern, protectedApp, resource } from '../support/mcp-app.js';

const issuer = 'https://login.example.com/tenant';
const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: issuer,
  aud: resource,
  sub: 'ada',
  client_id: 'cli',
  exp: now + 300,
  iat: now - 5,
  jti: 'jti-1',
  scope: 'notes:read',
};

const app = protectedApp({ auth: { issuers: [{ issuer, jwks }] } });

/** The endpoint's verdict: `accepted`, or the exact description of a refusal. */
type Verdict = string;

const malformed = 'The access token is malformed';
const foreignIssuer = 'The access token is from an issuer that is not accepted here';
const foreignAudience = 'The access token is meant for another resource';
const foreignKey = 'The access token is signed with a key that its issuer does not have';
const wrongAlgorithm = 'The access token is signed with an algorithm that is not accepted';
const wrongSignature = 'The signature of the access token does not verify';
const notAccess = 'The token is not an access token';
const expired = 'The access token expired';
const wrongClaim = (claim: string): string => `The ${claim} claim of the access token is not valid`;
const noClaim = (claim: string): string => `The access token has no ${claim} claim`;
const strangeBinding = 'The access token is bound in a way that cannot be checked here';
const accepted = 'accepted';

function expectVerdict(
  answer: { status: number; challenge: string | undefined; body: unknown },
  verdict: Verdict,
): void {
  if (verdict === accepted) {
    expect(answer.status).toBe(200);
    expect(answer.challenge).toBeUndefined();
    return;
  }
  expect(answer).toEqual({
    status: 401,
    challenge: `Bearer resource_metadata="${metadataUrl}", error="invalid_token", error_description="${verdict}"`,
    body: { error: 'invalid_token', error_description: verdict, resource_metadata: metadataUrl },
  });
}

async function send(token: string) {
  const response = await modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });
  return { status: response.status, challenge: challengeOf(response), body: response.body as unknown };
}

const pem = keys.rsa.publicKey.export({ format: 'pem', type: 'spki' });
const hmacWith = (secret: string | Buffer) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url');
const strangerJwk = keys.strangerEc.publicKey.export({ format: 'jwk' });
const none = (alg: string): Forgery => ({ header: { alg }, signWith: () => '' });

const headers: readonly (readonly [string, Forgery, Verdict])[] = [
  ['nothing changed', {}, accepted],
  ['alg none', none('none'), wrongAlgorithm],
  ['alg None', none('None'), wrongAlgorithm],
  ['alg NONE', none('NONE'), wrongAlgorithm],
  ['alg nOnE with a signature', { header: { alg: 'nOnE' } }, wrongAlgorithm],
  ['no alg', { header: { alg: undefined } }, malformed],
  ['an empty alg', { header: { alg: '' } }, malformed],
  ['alg null', { header: { alg: null } }, malformed],
  ['alg as a list', { header: { alg: ['ES256'] } }, malformed],
  [
    'HS256 with the public key as secret',
    { header: { alg: 'HS256', kid: 'rsa' }, signWith: hmacWith(pem) },
    wrongAlgorithm,
  ],
  [
    'HS256 with the key set as secret',
    { header: { alg: 'HS256' }, signWith: hmacWith(JSON.stringify(jwks)) },
    wrongAlgorithm,
  ],
  ['HS256 with an empty secret', { header: { alg: 'HS256' }, signWith: hmacWith('') }, wrongAlgorithm],
  ['HS256 named ES256', { key: createSecretKey(Buffer.from('secret')) }, wrongSignature],
  ['alg es256', { header: { alg: 'es256' } }, wrongAlgorithm],
  ['alg ES256K', { header: { alg: 'ES256K' } }, wrongAlgorithm],
  [
    'RS256 with the kid of the other key',
    { header: { alg: 'RS256', kid: 'ec' }, key: keys.rsa.privateKey },
    foreignKey,
  ],
  ['ES256 with the kid of the other key', { header: { kid: 'rsa' } }, foreignKey],
  ['RS256 by the other key of the set', { header: { alg: 'RS256', kid: 'rsa' }, key: keys.rsa.privateKey }, accepted],
  ['PS256 by a key that is for RS256', { header: { alg: 'PS256', kid: 'rsa' }, key: keys.rsa.privateKey }, foreignKey],
  ['RS1', { header: { alg: 'RS1', kid: 'rsa' }, key: keys.rsa.privateKey }, wrongAlgorithm],
  ['no kid', { header: { kid: undefined } }, accepted],
  ['an unknown kid', { header: { kid: 'other' } }, foreignKey],
  ['a kid that is a path', { header: { kid: '../../../../dev/null' } }, foreignKey],
  ['a kid that is SQL', { header: { kid: "x' UNION SELECT 'a'--" } }, foreignKey],
  ['a kid that is a URL', { header: { kid: 'https://evil.example/jwk' } }, foreignKey],
  ['a kid that is __proto__', { header: { kid: '__proto__' } }, foreignKey],
  ['a kid that is no text', { header: { kid: 7 } }, foreignKey],
  ['a kid that is a list', { header: { kid: ['ec'] } }, foreignKey],
  ['another key', { key: keys.strangerEc.privateKey }, wrongSignature],
  ['another key, given as jwk', { header: { jwk: strangerJwk }, key: keys.strangerEc.privateKey }, wrongSignature],
  [
    'another key, given as jwk, without kid',
    { header: { kid: undefined, jwk: strangerJwk }, key: keys.strangerEc.privateKey },
    wrongSignature,
  ],
  [
    'another key, at a jku',
    { header: { kid: undefined, jku: 'https://evil.example/jwks' }, key: keys.strangerEc.privateKey },
    wrongSignature,
  ],
  [
    'another key, at an x5u',
    { header: { kid: undefined, x5u: 'https://evil.example/x5u' }, key: keys.strangerEc.privateKey },
    wrongSignature,
  ],
  [
    'another key, in an x5c',
    { header: { kid: undefined, x5c: ['MIIB'] }, key: keys.strangerEc.privateKey },
    wrongSignature,
  ],
  ['a jku beside the right key', { header: { jku: 'https://evil.example/jwks' } }, accepted],
  ['an unknown critical parameter', { header: { crit: ['x'], x: 1 } }, malformed],
  ['a critical parameter that is not there', { header: { crit: ['exp'] } }, malformed],
  ['an empty list of critical parameters', { header: { crit: [] } }, malformed],
  ['critical parameters that are no list', { header: { crit: 'exp', exp: 1 } }, malformed],
  ['b64 false', { header: { crit: ['b64'], b64: false } }, malformed],
  ['typ JWT', { header: { typ: 'JWT' } }, accepted],
  ['typ application/at+jwt', { header: { typ: 'application/at+jwt' } }, accepted],
  ['typ AT+JWT', { header: { typ: 'AT+JWT' } }, accepted],
  ['no typ', { header: { typ: undefined } }, accepted],
  ['typ of a DPoP proof', { header: { typ: 'dpop+jwt' } }, notAccess],
  ['typ of a logout token', { header: { typ: 'logout+jwt' } }, notAccess],
  ['typ of an authorization request', { header: { typ: 'oauth-authz-req+jwt' } }, notAccess],
  ['typ of an introspection response', { header: { typ: 'token-introspection+jwt' } }, notAccess],
  ['typ of a security event', { header: { typ: 'secevent+jwt' } }, notAccess],
  ['typ of a client assertion', { header: { typ: 'client-authentication+jwt' } }, notAccess],
  ['an empty typ', { header: { typ: '' } }, notAccess],
  ['a header that is no JSON', { header: '{"alg":"ES256"' }, malformed],
  ['a header that is a list', { header: '["ES256"]' }, malformed],
  ['a header that is null', { header: 'null' }, malformed],
  ['a header with alg twice, the last one none', { header: '{"alg":"ES256","kid":"ec","alg":"none"}' }, wrongAlgorithm],
  ['a header with __proto__', { header: '{"__proto__":{"alg":"ES256"},"kid":"ec"}' }, malformed],
];

const payloads: readonly (readonly [string, Forgery['claims'], Verdict])[] = [
  ['an iss with a slash at the end', { iss: `${issuer}/` }, foreignIssuer],
  ['an iss without its path', { iss: 'https://login.example.com' }, foreignIssuer],
  ['an iss in another case', { iss: issuer.toUpperCase() }, foreignIssuer],
  ['an iss with a port', { iss: 'https://login.example.com:443/tenant' }, foreignIssuer],
  ['an iss that goes on', { iss: `${issuer}.evil.example` }, foreignIssuer],
  ['an iss that is a list', { iss: [issuer] }, foreignIssuer],
  ['an iss that is null', { iss: null }, foreignIssuer],
  ['no iss', { iss: undefined }, foreignIssuer],
  ['an iss that is __proto__', { iss: '__proto__' }, foreignIssuer],
  ['an aud among several', { aud: ['https://other.example', resource] }, accepted],
  ['an aud with a slash at the end', { aud: `${resource}/` }, foreignAudience],
  ['an aud in another case', { aud: resource.toUpperCase() }, foreignAudience],
  ['an aud with a port', { aud: 'https://api.example.com:443/mcp' }, foreignAudience],
  ['an aud that is a prefix', { aud: 'https://api.example.com' }, foreignAudience],
  ['an aud that goes on', { aud: `${resource}/other` }, foreignAudience],
  ['an aud that contains it', { aud: `https://evil.example/?${resource}` }, foreignAudience],
  ['an aud with a space', { aud: `${resource} https://evil.example` }, foreignAudience],
  ['an aud with a fragment', { aud: `${resource}#a` }, foreignAudience],
  ['an aud without TLS', { aud: 'http://api.example.com/mcp' }, foreignAudience],
  ['an aud of another host that begins alike', { aud: 'https://api.example.com.evil.example/mcp' }, foreignAudience],
  ['an empty list of aud', { aud: [] }, foreignAudience],
  ['an aud in a list in a list', { aud: [[resource]] }, foreignAudience],
  ['an aud that is an object', { aud: { 0: resource, length: 1 } }, foreignAudience],
  ['an aud that is null', { aud: null }, foreignAudience],
  ['an aud that is true', { aud: true }, foreignAudience],
  ['no aud', { aud: undefined }, noClaim('aud')],
  ['an end in the past', { exp: now - 60 }, expired],
  ['an end at zero', { exp: 0 }, expired],
  ['a negative end', { exp: -1 }, expired],
  ['an end as text', { exp: String(now + 300) }, wrongClaim('exp')],
  ['an end that is null', { exp: null }, wrongClaim('exp')],
  ['an end that is a list', { exp: [now + 300] }, wrongClaim('exp')],
  ['an end that is true', { exp: true }, wrongClaim('exp')],
  ['no end', { exp: undefined }, noClaim('exp')],
  ['an end in milliseconds, which is far away', { exp: Date.now() + 300_000 }, accepted],
  ['a begin to come', { nbf: now + 60 }, 'The access token is not valid yet'],
  ['a begin as text', { nbf: String(now) }, wrongClaim('nbf')],
  ['an issue time as text', { iat: String(now) }, wrongClaim('iat')],
  ['a subject that is a number', { sub: 7 }, wrongClaim('sub')],
  ['a subject that is empty', { sub: '' }, wrongClaim('sub')],
  ['a subject that is null', { sub: null }, 'The access token does not say whom it speaks for'],
  ['no subject', { sub: undefined }, accepted],
  ['neither subject nor client', { sub: undefined, client_id: undefined }, 'The access token has no sub claim'],
  ['a nonce in a token of RFC 9068', { nonce: 'n' }, accepted],
  ['a binding that is a text', { cnf: 'key' }, strangeBinding],
  ['a binding that is empty', { cnf: {} }, strangeBinding],
  ['a binding to a key by value', { cnf: { jwk: strangerJwk } }, strangeBinding],
  [
    'a binding to a key',
    { cnf: { jkt: 'x' } },
    'The access token is bound to a key and needs the DPoP scheme with a proof',
  ],
  [
    'a binding to a certificate',
    { cnf: { 'x5t#S256': 'x' } },
    'The access token is bound to a client certificate, and none was shown',
  ],
  ['claims that are no JSON', '{"iss":', malformed],
  ['claims that are a list', '[]', malformed],
  ['claims that are null', 'null', malformed],
  ['claims that are a text', '"hello"', malformed],
  ['claims with __proto__', JSON.stringify(claims).replace('{', '{"__proto__":{"scope":"admin"},'), accepted],
];

/** Kinds of token that only issuers older than RFC 9068 do not distinguish by type. */
const untyped: readonly (readonly [string, Readonly<Record<string, unknown>>, Verdict])[] = [
  ['a nonce', { nonce: 'n' }, notAccess],
  ['a nonce, in an access token of Keycloak', { nonce: 'n', typ: 'Bearer' }, accepted],
  ['at_hash', { at_hash: 'h' }, notAccess],
  ['c_hash', { c_hash: 'h' }, notAccess],
  ['s_hash', { s_hash: 'h' }, notAccess],
  ['token_use id', { token_use: 'id' }, notAccess],
  ['token_use access', { token_use: 'access' }, accepted],
  ['typ ID', { typ: 'ID' }, notAccess],
  ['typ Refresh', { typ: 'Refresh' }, notAccess],
  ['typ Offline', { typ: 'Offline' }, notAccess],
  ['events', { events: {} }, notAccess],
];

const good = (): string => forge(claims);
const [head = '', body = '', sign = ''] = good().split('.');
const flip = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

/** Texts that are not a JWS any more, or another one. */
const texts: readonly (readonly [string, string, Verdict])[] = [
  ['no signature', `${head}.${body}.`, wrongSignature],
  ['two parts', `${head}.${body}`, malformed],
  ['four parts', `${head}.${body}.${sign}.${sign}`, malformed],
  ['five parts, as a JWE', `${head}.${body}.${sign}.${body}.${sign}`, malformed],
  ['one part', head, malformed],
  ['three dots', '...', malformed],
  ['two dots', '..', malformed],
  ['a changed signature', `${head}.${body}.${flip(sign)}`, wrongSignature],
  ['a signature that is cut', `${head}.${body}.${sign.slice(0, 40)}`, wrongSignature],
  ['a signature that is all zero', `${head}.${body}.${'A'.repeat(86)}`, wrongSignature],
  ['a signature that is too long', `${head}.${body}.${sign}AAAA`, wrongSignature],
  [
    'changed claims',
    `${head}.${Buffer.from(JSON.stringify({ ...claims, scope: 'admin' })).toString('base64url')}.${sign}`,
    wrongSignature,
  ],
  [
    'a changed header',
    `${Buffer.from('{"alg":"ES256","kid":"ec"}').toString('base64url')}.${body}.${sign}`,
    wrongSignature,
  ],
  ['padding', `${head}=.${body}.${sign}`, 'The access token has characters that no token has'],
  ['a signature in DER', `${head}.${body}.MEUCIQ`, wrongSignature],
  ['two tokens', `${good()}.${good()}`, malformed],
  ['a JWS in JSON', Buffer.from('{"payload":""}').toString('base64url'), malformed],
  ['8193 characters', 'a'.repeat(8193), 'The access token is malformed'],
  ['a token in braces', '{a}', 'The access token has characters that no token has'],
  ['a token in quotes', '"a"', 'The access token has characters that no token has'],
  ['a percent sign', 'a%20b', 'The access token has characters that no token has'],
];

describe('a forged header', () => {
  it.each(headers)('with %s', async (_what, forgery, verdict) => {
    expectVerdict(await send(forge(claims, forgery)), verdict);
  });
});

describe('forged claims', () => {
  it.each(payloads)('with %s', async (_what, forged, verdict) => {
    expectVerdict(await send(forge(claims, forged === undefined ? {} : { claims: withDefaults(forged) })), verdict);
  });

  // Seconds matter here, so the time is read when it is needed.
  it.each([
    ['an end', 'exp', -3],
    ['a begin', 'nbf', 3],
  ])('with %s just within the tolerance', async (_what, claim, seconds) => {
    const forged = { ...claims, [claim]: Math.floor(Date.now() / 1000) + seconds };
    expectVerdict(await send(forge(claims, { claims: forged })), accepted);
  });

  it.each(untyped)('of a token without a type of its own, with %s', async (_what, forged, verdict) => {
    expectVerdict(await send(forge(claims, { header: { typ: 'JWT' }, claims: { ...claims, ...forged } })), verdict);
  });
});

/** Objects are changes; texts replace everything. */
function withDefaults(forged: NonNullable<Forgery['claims']>): NonNullable<Forgery['claims']> {
  return typeof forged === 'string' ? forged : { ...claims, ...forged };
}

describe('a token that is', () => {
  it.each(texts)('%s', async (_what, token, verdict) => {
    expectVerdict(await send(token), verdict);
  });
});

const both = `Authorization: Bearer a\r\nAuthorization: Bearer b`;
const invalidRequest = (description: string) => ({ status: 400, error: 'invalid_request', description });

describe('an Authorization header', () => {
  it.each<[string, string, { status: number; error?: string; description?: string }]>([
    ['of another scheme', 'Authorization: Basic YTpi', { status: 401 }],
    ['of no scheme', `Authorization: ${good()}`, { status: 401 }],
    ['of the DPoP scheme', `Authorization: DPoP ${good()}`, { status: 401 }],
    ['of a scheme that begins alike', `Authorization: Bearers ${good()}`, { status: 401 }],
    ['that is empty', 'Authorization:', { status: 401 }],
    ['that is a space', 'Authorization:  ', { status: 401 }],
    [
      'without a token',
      'Authorization: Bearer',
      invalidRequest('The Authorization header names the Bearer scheme but no token'),
    ],
    [
      'with two tokens',
      'Authorization: Bearer a b',
      invalidRequest('The Authorization header must hold exactly one token'),
    ],
    [
      'with a list',
      'Authorization: Bearer a, Bearer b',
      invalidRequest('The Authorization header must hold exactly one token'),
    ],
    [
      'with a comma',
      'Authorization: Bearer a,',
      invalidRequest('The Authorization header must hold exactly one token'),
    ],
    ['twice', both, invalidRequest('Send one Authorization header, not several')],
    ['in any case', `aUTHORIZATION: bEARER ${good()}`, { status: 415 }],
    ['with spaces', `Authorization:   Bearer    ${good()}  `, { status: 415 }],
    ['under another name', `X-Authorization: Bearer ${good()}`, { status: 401 }],
    ['in a cookie', `Cookie: access_token=${good()}`, { status: 401 }],
    ['with a bare line feed', `Authorization: Bearer a\nX: y`, { status: 400 }],
    ['that is folded', `Authorization: Bearer\r\n ${good()}`, { status: 400 }],
  ])('%s', async (_what, field, { status, error, description }) => {
    const answer = await sendRaw(
      app,
      `POST /mcp HTTP/1.1\r\nHost: x\r\n${field}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${String(status)} `));
    const challenge = /www-authenticate: (.*)\r/i.exec(answer)?.[1];
    if (error === undefined) {
      expect(challenge).toBe(status === 401 ? `Bearer resource_metadata="${metadataUrl}"` : undefined);
    } else {
      expect(challenge).toBe(
        `Bearer resource_metadata="${metadataUrl}", error="${error}", error_description="${description ?? ''}"`,
      );
    }
  });
});

describe('scopes of a wrong kind', () => {
  it.each<[string, unknown]>([
    ['a number', 7],
    ['an object', { 'notes:read': true }],
    ['a list of numbers', [7]],
    ['a list in a list', [['notes:read']]],
    ['null', null],
    ['true', true],
    ['one with a comma', 'notes:read,'],
    ['one in another case', 'Notes:Read'],
    ['one with a line break', 'notes:read\n'],
    ['one with a tab', 'notes:read\tother'],
    ['one that begins alike', 'notes:read:all'],
    ['a star', '*'],
  ])('grant nothing: %s', async (_what, scope) => {
    const token = forge(claims, { claims: { ...claims, scope } });
    const { status } = await modern(app, 'tools/call', { name: 'read' }, { Authorization: `Bearer ${token}` });
    expect(status).toBe(403);
  });

  it('cannot break the challenge that names them', async () => {
    const scope = 'a", error="none b\r\nSet-Cookie:x \u2028 ü \\';
    const token = forge(claims, { claims: { ...claims, scope } });
    const response = await modern(app, 'tools/call', { name: 'read' }, { Authorization: `Bearer ${token}` });
    expect(response.status).toBe(403);
    expect(response.headers).not.toHaveProperty('set-cookie');
    expect((response.headers as Record<string, string>)['www-authenticate']).toBe(
      `Bearer resource_metadata="${metadataUrl}", error="insufficient_scope", ` +
        `scope="notes:read a', error='none b??Set-Cookie:x ? ? ?", ` +
        `error_description="Insufficient scope for tool 'read': requires notes:read"`,
    );
  });
});

describe('an issuer that', () => {
  let fake: FakeIssuer;
  beforeAll(async () => {
    fake = await new FakeIssuer().listen();
  });
  afterAll(async () => {
    await fake.close();
  });

  it.each<[string, number, (server: FakeIssuer) => void]>([
    [
      'works',
      200,
      (server) => {
        server.publish(jwks);
      },
    ],
    ['has no metadata', 503, () => undefined],
    [
      'has no keys',
      503,
      (server) => {
        server.publish({ keys: [] });
      },
    ],
    [
      'has keys of nonsense',
      503,
      (server) => {
        server.publish({ keys: 'none' });
      },
    ],
    [
      'has keys that are no object',
      503,
      (server) => {
        server.publish({ keys: [7] });
      },
    ],
    [
      'has HTML for keys',
      503,
      (server) => {
        server.publish(jwks);
        server.routes.set('/jwks', (_q, response) => response.end('<html>'));
      },
    ],
    [
      'has endless keys',
      503,
      (server) => {
        server.publish(jwks);
        server.routes.set('/jwks', (_q, response) => response.end(`{"keys":[${'{},'.repeat(400_000)}{}]}`));
      },
    ],
    [
      'sends us elsewhere for keys',
      503,
      (server) => {
        server.publish(jwks);
        server.routes.set('/jwks', (_q, response) => response.writeHead(302, { location: '/other' }).end());
        server.json('/other', jwks);
      },
    ],
    [
      'names keys without TLS',
      503,
      (server) => {
        server.publish(jwks, { jwks_uri: 'http://evil.example/jwks' });
      },
    ],
    [
      'names another issuer',
      503,
      (server) => {
        server.publish(jwks, { issuer: 'https://evil.example' });
      },
    ],
    [
      'hangs up',
      503,
      (server) => {
        server.publish(jwks);
        server.routes.set('/jwks', (q) => q.socket.destroy());
      },
    ],
    [
      'has no key of this name',
      401,
      (server) => {
        server.publish({ keys: jwks.keys.slice(1) });
      },
    ],
    [
      'has keys of its own for encryption',
      503,
      (server) => {
        server.publish({ keys: jwks.keys.map((key) => ({ ...key, use: 'enc' })) });
      },
    ],
    [
      'has private keys by mistake',
      200,
      (server) => {
        server.publish({ keys: [{ ...keys.ec.publicKey.export({ format: 'jwk' }), kid: 'ec', alg: 'ES256' }] });
      },
    ],
  ])('%s: %i', async (_what, status, prepare) => {
    fake.routes.clear();
    prepare(fake);
    const own = protectedApp({ auth: { issuers: [{ issuer: fake.origin }] } });
    const token = forge({ ...claims, iss: fake.origin });
    const response = await modern(own, 'tools/list', {}, { Authorization: `Bearer ${token}` });
    expect(response.status).toBe(status);
    const { 'retry-after': retryAfter, 'www-authenticate': challenge } = response.headers as Record<string, string>;
    expect([retryAfter, challenge === undefined]).toEqual(status === 503 ? ['5', true] : [undefined, status === 200]);
    if (status === 503) {
      expect(response.body).toEqual({
        error: 'temporarily_unavailable',
        error_description: 'The access token cannot be checked at the moment',
        resource_metadata: metadataUrl,
      });
    }
  });
});

import { createHmac, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CryptoKey } from 'jose';
import { CompactEncrypt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { InvalidTokenError } from '../../lib/errors/invalid-token-error.js';
import { TemporarilyUnavailableError } from '../../lib/errors/temporarily-unavailable-error.js';
import { compileClaimMapping } from '../../lib/oauth/claim-mapping.js';
import type { KeySource } from '../../lib/oauth/key-source.js';
import { givenKeys } from '../../lib/oauth/key-source.js';
import { JwtVerifier } from '../../lib/oauth/jwt-verifier.js';
import type { TestIssuer, TestTokenOptions } from '../../lib/testing/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';

const resource = 'https://api.example.com/mcp';
let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ audience: resource });
});

const readClaims = compileClaimMapping({}, 'the tests');

function verifier(keys: KeySource = givenKeys(issuer.jwks), algorithms: readonly string[] = ['ES256', 'RS256']) {
  return new JwtVerifier({
    issuer: issuer.issuer,
    audiences: [resource],
    algorithms,
    clockToleranceSeconds: 5,
    keys,
    readClaims,
  });
}

const verify = async (options: TestTokenOptions = {}) => verifier().verify(await issuer.token(options));

async function refusal(token: string, by = verifier()): Promise<string> {
  const error: unknown = await by.verify(token).then(
    () => new Error('accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvalidTokenError)) throw error;
  return error.message;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an access token', () => {
  it('is accepted with everything that RFC 9068 demands', async () => {
    expect(await verify({ scope: 'notes:read notes:write notes:read', subject: 'ada', clientId: 'cli' })).toMatchObject(
      {
        subject: 'ada',
        clientId: 'cli',
        scopes: ['notes:read', 'notes:write'],
        issuer: 'https://issuer.test',
        claims: { aud: resource },
      },
    );
  });

  it.each<[string, TestTokenOptions, Record<string, unknown>]>([
    ['scp as an array', { claims: { scope: undefined, scp: ['a', 'b'] } }, { scopes: ['a', 'b'] }],
    ['scp as text', { claims: { scope: undefined, scp: 'a b' } }, { scopes: ['a', 'b'] }],
    ['an array with other things in it', { claims: { scope: ['a', 7, null, '', 'a'] } }, { scopes: ['a'] }],
    ['a scope that is an object', { claims: { scope: { a: true } } }, { scopes: [] }],
    ['no scope', { claims: { scope: undefined } }, { scopes: [] }],
    ['azp instead of client_id', { claims: { client_id: undefined, azp: 'app' } }, { clientId: 'app' }],
    ['cid instead of client_id', { claims: { client_id: undefined, cid: 'app' } }, { clientId: 'app' }],
    ['no client', { claims: { client_id: 7 } }, { clientId: '' }],
    ['no subject, and is its client’s then', { claims: { sub: undefined } }, { subject: undefined }],
    ['several audiences', { audience: ['https://other.example', resource] }, { subject: 'user-1' }],
    ['type at+jwt in any case', { type: 'AT+JWT' }, { subject: 'user-1' }],
    ['type application/at+jwt', { type: 'application/at+jwt' }, { subject: 'user-1' }],
    ['type JWT', { type: 'JWT' }, { subject: 'user-1' }],
    ['an end within the clock tolerance', { expiresIn: -3 }, { subject: 'user-1' }],
    ['a beginning within the clock tolerance', { notBefore: 3 }, { subject: 'user-1' }],
    ['the nonce that old Keycloaks copy into it', { type: 'JWT', claims: { nonce: 'n', typ: 'Bearer' } }, {}],
  ])('is accepted with %s', async (_what, options, expected) => {
    expect(await verify(options)).toMatchObject(expected);
  });

  it('is accepted without a type', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const token = await new SignJWT({ iss: issuer.issuer, aud: resource, exp: Date.now() / 1000 + 60, sub: 'ada' })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey);
    const keys = givenKeys({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
    expect(await verifier(keys).verify(token)).toMatchObject({ subject: 'ada', clientId: '', scopes: [] });
  });

  it.each<[string, TestTokenOptions, string]>([
    ['that expired', { expiresIn: -6 }, 'The access token expired'],
    ['that never expires', { claims: { exp: undefined } }, 'The access token has no exp claim'],
    ['that is not valid yet', { notBefore: 60 }, 'The access token is not valid yet'],
    ['whose beginning is no time', { claims: { nbf: 'now' } }, 'The nbf claim of the access token is not valid'],
    ['whose end is no time', { claims: { exp: 'never' } }, 'The exp claim of the access token is not valid'],
    [
      'of another issuer',
      { issuer: 'https://evil.example' },
      'The access token is from an issuer that is not accepted here',
    ],
    ['without an issuer', { claims: { iss: undefined } }, 'The access token has no iss claim'],
    [
      'for another resource',
      { audience: 'https://other.example/mcp' },
      'The access token is meant for another resource',
    ],
    ['for a longer path', { audience: `${resource}/more` }, 'The access token is meant for another resource'],
    [
      'for a shorter path',
      { audience: 'https://api.example.com/mc' },
      'The access token is meant for another resource',
    ],
    ['for a trailing slash', { audience: `${resource}/` }, 'The access token is meant for another resource'],
    ['for another case', { audience: resource.toUpperCase() }, 'The access token is meant for another resource'],
    ['for nobody', { claims: { aud: undefined } }, 'The access token has no aud claim'],
    ['for an empty list', { claims: { aud: [] } }, 'The access token is meant for another resource'],
    ['for an object', { claims: { aud: { [resource]: true } } }, 'The access token is meant for another resource'],
    ['that is an ID token by its nonce', { type: 'JWT', claims: { nonce: 'n' } }, 'The token is not an access token'],
    ['that is an ID token by its hash', { type: 'JWT', claims: { at_hash: 'h' } }, 'The token is not an access token'],
    ['that is an ID token of Keycloak', { type: 'JWT', claims: { typ: 'ID' } }, 'The token is not an access token'],
    [
      'that is an ID token of Cognito',
      { type: 'JWT', claims: { token_use: 'id' } },
      'The token is not an access token',
    ],
    ['that is a refresh token', { type: 'JWT', claims: { typ: 'Refresh' } }, 'The token is not an access token'],
    ['that is an offline token', { type: 'JWT', claims: { typ: 'Offline' } }, 'The token is not an access token'],
    ['that is a logout token', { type: 'JWT', claims: { events: {} } }, 'The token is not an access token'],
    ['that is a DPoP proof', { type: 'dpop+jwt' }, 'The token is not an access token'],
    ['that is a logout token by type', { type: 'logout+jwt' }, 'The token is not an access token'],
  ])('%s is refused', async (_what, options, message) => {
    expect(await refusal(await issuer.token(options))).toBe(message);
  });
});

describe('the signature of an access token', () => {
  const claims = () => ({ iss: issuer.issuer, aud: resource, exp: Date.now() / 1000 + 60, sub: 'ada' });

  it('must be there: alg none is refused', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      const token = `${part({ alg, typ: 'at+jwt' })}.${part(claims())}.`;
      expect(await refusal(token)).toBe('The access token is signed with an algorithm that is not accepted');
    }
  });

  it('must not be a MAC made with the public key', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' });
    const input = `${part({ alg: 'HS256', typ: 'at+jwt' })}.${part(claims())}`;
    const token = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    const keys = givenKeys({ keys: [{ ...jwk, kty: 'RSA', alg: 'RS256' }] });
    expect(await refusal(token, verifier(keys))).toBe(
      'The access token is signed with an algorithm that is not accepted',
    );
  });

  it('must be by an algorithm that is accepted here, whatever the key can do', async () => {
    const keys = givenKeys(issuer.jwks);
    expect(await refusal(await issuer.token(), verifier(keys, ['RS256']))).toBe(
      'The access token is signed with an algorithm that is not accepted',
    );
  });

  it('must be by a key of the issuer', async () => {
    const stranger = await createTestIssuer({ audience: resource });
    expect(await refusal(await stranger.token())).toBe(
      'The access token is signed with a key that its issuer does not have',
    );
  });

  it('must fit the token', async () => {
    const [header = '', , signature = ''] = (await issuer.token()).split('.');
    expect(await refusal(`${header}.${part(claims())}.${signature}`)).toBe(
      'The signature of the access token does not verify',
    );
  });

  it('is not looked for where the token itself says', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const header = {
      alg: 'ES256',
      typ: 'at+jwt',
      kid: 'mine',
      jwk,
      jku: 'https://evil.example/jwks',
      x5u: 'https://evil',
    };
    const token = await new SignJWT(claims()).setProtectedHeader(header).sign(privateKey);
    expect(await refusal(token)).toBe('The access token is signed with a key that its issuer does not have');
  });

  it('may be by any of several keys when the token does not say which', async () => {
    const [first, second, third] = await Promise.all(
      [1, 2, 3].map(() => generateKeyPair('ES256', { extractable: true })),
    );
    if (first === undefined || second === undefined || third === undefined) throw new Error('no keys');
    const jwks = await Promise.all([first, second].map(({ publicKey }) => exportJWK(publicKey)));
    const keys = givenKeys({ keys: jwks.map((jwk) => ({ ...jwk, alg: 'ES256' })) });
    const sign = (key: CryptoKey, more = {}) =>
      new SignJWT({ ...claims(), ...more }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(key);
    expect(await verifier(keys).verify(await sign(second.privateKey))).toMatchObject({ issuer: issuer.issuer });
    expect(await refusal(await sign(third.privateKey), verifier(keys))).toBe(
      'The signature of the access token does not verify',
    );
    expect(await refusal(await sign(first.privateKey, { exp: 1 }), verifier(keys))).toBe('The access token expired');
    expect(await refusal(await sign(second.privateKey, { aud: 'https://other.example' }), verifier(keys))).toBe(
      'The access token is meant for another resource',
    );
  });

  it('is looked for among a bounded number of keys when the token does not say which', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const others = await Promise.all(
      Array.from({ length: 16 }, async () => exportJWK((await generateKeyPair('ES256')).publicKey)),
    );
    const own = await exportJWK(publicKey);
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(privateKey);
    const good = verifier(givenKeys({ keys: [...others.slice(1), own] }));
    expect(await good.verify(token)).toMatchObject({ issuer: issuer.issuer });
    const many = verifier(givenKeys({ keys: [...others, own] }));
    expect(await refusal(token, many)).toBe('The signature of the access token does not verify');
  });

  it.each([
    [
      'critical extensions that nobody knows',
      () => `${part({ alg: 'ES256', crit: ['x'], x: 1 })}.${part(claims())}.c2ln`,
    ],
    ['claims that are no object', () => `${part({ alg: 'ES256' })}.${part('claims')}.c2ln`],
    ['a header that is no JSON', () => `bm90IGpzb24.${part(claims())}.c2ln`],
    ['no parts', () => 'nonsense'],
    ['too many parts', () => 'a.b.c.d'],
  ])('does not help a token with %s', async (_what, token) => {
    expect(await refusal(token())).toMatch(/^The (access token|signature)/);
  });

  it('is not to be found in an encrypted token', async () => {
    const key = new Uint8Array(32);
    const token = await new CompactEncrypt(key).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' }).encrypt(key);
    expect(await refusal(token)).toBe('The access token is malformed');
  });
});

describe('why a token is refused', () => {
  const causeOf = async (token: string, by = verifier()): Promise<unknown> => {
    const error: unknown = await by.verify(token).catch((reason: unknown) => reason);
    return (error as Error).cause;
  };
  const codeOf = async (token: string, by = verifier()): Promise<unknown> =>
    ((await causeOf(token, by)) as { readonly code?: unknown } | undefined)?.code;

  it('is in the cause, for the server', async () => {
    const stranger = await createTestIssuer({ audience: resource });
    const [header = '', , signature = ''] = (await issuer.token()).split('.');
    expect(await codeOf(await issuer.token({ expiresIn: -60 }))).toBe('ERR_JWT_EXPIRED');
    expect(await codeOf(await issuer.token({ notBefore: 60 }))).toBe('ERR_JWT_CLAIM_VALIDATION_FAILED');
    expect(await codeOf(await issuer.token(), verifier(givenKeys(issuer.jwks), ['RS256']))).toBe(
      'ERR_JOSE_ALG_NOT_ALLOWED',
    );
    expect(await codeOf(await stranger.token())).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(await codeOf(`${header}.${part({})}.${signature}`)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
    expect(await codeOf('nonsense')).toBe('ERR_JWS_INVALID');
  });

  it('names both values of a wrong issuer or audience, which the caller is not told', async () => {
    const wrongIssuer = await issuer.token({ issuer: `${issuer.issuer}/` });
    expect(await refusal(wrongIssuer)).toBe('The access token is from an issuer that is not accepted here');
    expect(await causeOf(wrongIssuer)).toMatchObject({
      name: 'ClaimMismatchError',
      message: `The iss claim of a token is "${issuer.issuer}/", and must be "${issuer.issuer}"`,
      cause: { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' },
    });
    const wrongAudience = await issuer.token({ audience: ['https://API.example.com/mcp', 'é'] });
    expect(await refusal(wrongAudience)).toBe('The access token is meant for another resource');
    expect(await causeOf(wrongAudience)).toMatchObject({
      message: `The aud claim of a token is ["https://API.example.com/mcp","\\u00e9"], and must be "${resource}"`,
    });
  });

  it.each<[string, Error]>([
    ['cannot be imported', new DOMException('Invalid key', 'DataError')],
    ['does not fit the algorithm', new TypeError('RS256 requires key modulusLength to be 2048 bits or larger')],
  ])('a key that %s is no reason to try again', async (_what, error) => {
    const broken: KeySource = {
      find: () => Promise.reject(error),
      check: () => Promise.resolve(),
      version: 0,
      ageSeconds: undefined,
    };
    const token = await issuer.token();
    expect(await refusal(token, verifier(broken))).toBe('The access token is signed with a key that cannot be used');
    expect(await causeOf(token, verifier(broken))).toBe(error);
  });
});

describe('keys that cannot be had', () => {
  it('are no reason to call a token bad', async () => {
    const down: KeySource = {
      find: () => Promise.reject(new TemporarilyUnavailableError(5, { cause: new TypeError('fetch failed') })),
      check: () => Promise.reject(new TypeError('fetch failed')),
      version: 0,
      ageSeconds: undefined,
    };
    const error: unknown = await verifier(down)
      .verify(await issuer.token())
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TemporarilyUnavailableError);
    expect(error).toMatchObject({ retryAfterSeconds: 5, cause: { message: 'fetch failed' } });
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { compileClaimMapping } from '../../lib/oauth/claim-mapping.js';
import { compileCredentials } from '../../lib/oauth/client-authentication.js';
import type { ClientCredentials } from '../../lib/oauth/client-authentication.js';
import { IntrospectionVerifier } from '../../lib/oauth/introspection-verifier.js';
import { QuestionQueue, queueLimits } from '../../lib/oauth/question-queue.js';
import { FakeIssuer } from '../support/fake-issuer.js';

const audience = 'https://api.example.com/mcp';
const secret: ClientCredentials = { clientId: 'api 1', clientSecret: 's%:ü' };

let server: FakeIssuer;
let asked: {
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly body: URLSearchParams;
}[];

beforeEach(async () => {
  server = await new FakeIssuer().listen();
  asked = [];
});

afterEach(async () => {
  await server.close();
});

function answer(status: number, body: string): void {
  server.routes.set('/introspect', (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => {
      const { authorization, accept } = request.headers;
      asked.push({ authorization, accept, body: new URLSearchParams(text) });
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
}

function verifier(credentials: ClientCredentials = secret, allowMissingAudience = false): IntrospectionVerifier {
  return new IntrospectionVerifier({
    issuer: server.origin,
    audiences: [audience],
    allowMissingAudience,
    clockToleranceSeconds: 5,
    endpoint: () => Promise.resolve(`${server.origin}/introspect`),
    authenticate: compileCredentials(credentials, server.origin, 'test'),
    readClaims: compileClaimMapping({}, 'test'),
    queue: new QuestionQueue(queueLimits(16)),
  });
}

const soon = (): number => Math.floor(Date.now() / 1000) + 60;
const good = (more: object = {}): string =>
  JSON.stringify({ active: true, sub: 'ada', client_id: 'cli', scope: 'a b', aud: audience, exp: soon(), ...more });

describe('introspection', () => {
  it('tells who the token is for and what it may', async () => {
    answer(200, good({ username: 'Ada' }));
    const verified = await verifier().verify('opaque');
    expect(verified).toMatchObject({ subject: 'ada', clientId: 'cli', scopes: ['a', 'b'], issuer: server.origin });
    expect(verified.claims).toMatchObject({ username: 'Ada' });
    expect(verified.claims).not.toHaveProperty('active');
    const [{ authorization, accept, body } = {}] = asked;
    expect(accept).toBe('application/json');
    // RFC 6749 §2.3.1 encodes both before it joins them.
    expect(Buffer.from(authorization?.slice('Basic '.length) ?? '', 'base64').toString()).toBe('api+1:s%25%3A%C3%BC');
    expect(Object.fromEntries(body ?? [])).toEqual({ token: 'opaque', token_type_hint: 'access_token' });
  });

  it('can be authenticated with a private key', async () => {
    answer(200, good());
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), alg: 'ES256', kid: 'k1' };
    await verifier({ clientId: 'api', privateKey: jwk }).verify('opaque');
    const [{ authorization, body } = {}] = asked;
    expect(authorization).toBeUndefined();
    expect(body?.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(body?.get('client_assertion') ?? '', publicKey);
    expect(payload).toMatchObject({ iss: 'api', sub: 'api', aud: server.origin });
    expect(payload.exp).toBeLessThanOrEqual(soon());
    expect(payload.jti).toHaveLength(36);
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'k1' });
  });

  it.each<[string, object, string]>([
    ['is not active', { active: false, scope: 'a' }, 'The access token is not active'],
    ['expired', { exp: 1 }, 'The access token expired'],
    ['is not valid yet', { nbf: soon() }, 'The access token is not valid yet'],
    ['is for another resource', { aud: 'https://other.example' }, 'The access token is meant for another resource'],
    ['is for several others', { aud: ['a', `${audience}/`] }, 'The access token is meant for another resource'],
    ['is for nobody in particular', { aud: undefined }, 'The access token is meant for another resource'],
    ['is for nonsense', { aud: { 0: audience } }, 'The access token is meant for another resource'],
    [
      'is of another issuer',
      { iss: 'https://evil.example' },
      'The access token is from an issuer that is not accepted here',
    ],
    ['is a refresh token', { token_type: 'refresh_token' }, 'The token is not an access token'],
    ['has a type that ends alike', { token_type: 'no-bearer' }, 'The token is not an access token'],
    ['has a type that begins alike', { token_type: 'bearers' }, 'The token is not an access token'],
    ['has a type that is no text', { token_type: ['Bearer'] }, 'The token is not an access token'],
    ['has an end that is no number', { exp: '99999999999' }, 'The exp claim of the access token is not valid'],
    ['has a begin that is no number', { nbf: true }, 'The nbf claim of the access token is not valid'],
    ['is for null', { aud: null }, 'The access token is meant for another resource'],
    ['speaks for null', { sub: null }, 'The access token does not say whom it speaks for'],
    ['names neither subject nor client', { sub: undefined, client_id: undefined }, 'The access token has no sub claim'],
  ])('refuses a token that %s', async (_what, more, message) => {
    answer(200, good(more));
    await expect(verifier().verify('opaque')).rejects.toMatchObject({ code: 'invalid_token', message });
  });

  it.each<[string, () => object]>([
    ['audience among several', () => ({ aud: ['x', audience] })],
    ['issuer', () => ({ iss: server.origin })],
    ['silence about the issuer', () => ({ iss: undefined })],
    ['type in any case', () => ({ token_type: 'bearer' })],
    ['type of a bound token', () => ({ token_type: 'DPoP' })],
    ['end at the edge of the tolerance', () => ({ exp: soon() - 63 })],
    ['begin at the edge of the tolerance', () => ({ nbf: soon() - 57 })],
    ['no end at all', () => ({ exp: undefined })],
    ['null for what is not there', () => ({ exp: null, nbf: null, iss: null, token_type: null })],
  ])('accepts a token with the right %s', async (_what, more) => {
    answer(200, good(more()));
    expect(await verifier().verify('opaque')).toMatchObject({ subject: 'ada' });
  });

  it('accepts a missing audience only when it is told to, and never a wrong one', async () => {
    answer(200, good({ aud: undefined }));
    expect(await verifier(secret, true).verify('opaque')).toMatchObject({ subject: 'ada' });
    answer(200, good({ aud: 'https://other.example' }));
    await expect(verifier(secret, true).verify('opaque')).rejects.toThrow('another resource');
  });

  const noAnswer = 'The answer of the introspection endpoint has no boolean member active';

  it.each<[string, number, string, string]>([
    ['refuses our own credentials', 401, '{"error":"invalid_client"}', '/introspect answered 401'],
    ['fails', 500, 'oops', '/introspect answered 500'],
    ['answers with HTML', 200, '<html>', 'is not valid JSON'],
    ['answers with a text for a boolean', 200, '{"active":"true"}', noAnswer],
    ['answers with a list', 200, '[]', noAnswer],
    ['answers with nothing', 200, 'null', noAnswer],
    ['moved', 302, '', '/introspect answered 302'],
    ['answers without end', 200, `{"active":true,"x":"${'x'.repeat(1024 * 1024)}"}`, 'is larger than 1048576 bytes'],
  ])('cannot decide while the endpoint %s', async (_what, status, body, cause) => {
    answer(status, body);
    await expect(verifier().verify('opaque')).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      retryAfterSeconds: 5,
      cause: { message: expect.stringContaining(cause) },
    });
  });

  it('does not hold it against a token that it could not be decided', async () => {
    answer(500, 'oops');
    const one = verifier();
    await expect(one.verify('opaque')).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    answer(200, good());
    expect(await one.verify('opaque')).toMatchObject({ subject: 'ada' });
  });

  it('counts the tolerance to the second', async () => {
    const at = Math.floor(Date.now() / 1000);
    jest.useFakeTimers({ now: at * 1000, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout'] });
    try {
      answer(200, good({ exp: at - 4.999, nbf: at + 5 }));
      expect(await verifier().verify('opaque')).toMatchObject({ expiresAt: at - 4.999 });
      answer(200, good({ exp: at - 5 }));
      await expect(verifier().verify('opaque')).rejects.toThrow('The access token expired');
      answer(200, good({ nbf: at + 5.001 }));
      await expect(verifier().verify('opaque')).rejects.toThrow('The access token is not valid yet');
    } finally {
      jest.useRealTimers();
    }
  });

  it('is about one version of everything, since there are no keys that could change', () => {
    expect(verifier().version).toBe(0);
  });

  it('asks once about a bad token that is tried again at once', async () => {
    answer(200, '{"active":false}');
    const one = verifier();
    for (let count = 0; count < 3; count += 1) await expect(one.verify('bad')).rejects.toThrow('not active');
    expect(asked).toHaveLength(1);
    await expect(one.verify('other')).rejects.toThrow('not active');
    expect(asked).toHaveLength(2);
  });
});

describe('credentials', () => {
  it('with a key that cannot be used leave the token undecided', async () => {
    answer(200, good());
    const broken = { clientId: 'a', privateKey: { kty: 'EC', crv: 'P-256', alg: 'ES256', x: 'x', y: 'y', d: 'd' } };
    await expect(verifier(broken).verify('opaque')).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(asked).toHaveLength(0);
  });
});

import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { createRegistry } from '../../lib/index.js';
import { accessMatrix, createTestIssuer, expectChallenge } from '../../lib/testing/index.js';
import type { ChallengedResponse, ExpectedChallenge, Role } from '../../lib/testing/index.js';

describe('createTestIssuer', () => {
  it('signs tokens as RFC 9068 describes them', async () => {
    const { issuer, jwks, token } = await createTestIssuer({ audience: 'https://r/mcp' });
    const jwt = await token({ scope: ['a', 'b'] });
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: jwks.keys[0]?.kid });
    expect(decodeJwt(jwt)).toMatchObject({
      iss: issuer,
      aud: 'https://r/mcp',
      sub: 'user-1',
      client_id: 'client-1',
      scope: 'a b',
    });
    expect(jwks.keys[0]).not.toHaveProperty('d');
  });

  it('signs whatever else a test needs', async () => {
    const { token } = await createTestIssuer({ issuer: 'https://i', algorithm: 'EdDSA' });
    const jwt = await token({
      subject: 's',
      clientId: 'c',
      audience: ['x', 'y'],
      expiresIn: -60,
      notBefore: 60,
      type: 'JWT',
      issuer: 'https://j',
      claims: { tenant: 't' },
    });
    expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: 'EdDSA', typ: 'JWT' });
    const { exp = 0, iat = 0, nbf = 0, ...others } = decodeJwt(jwt);
    expect([exp - iat, nbf - iat]).toEqual([-60, 60]);
    expect(others).toMatchObject({
      iss: 'https://j',
      sub: 's',
      client_id: 'c',
      aud: ['x', 'y'],
      tenant: 't',
      scope: '',
    });
    expect(decodeJwt(await token())).not.toHaveProperty('aud');
  });

  it('refuses options that do not exist', async () => {
    await expect(createTestIssuer({ alg: 'RS256' } as object)).rejects.toMatchObject({ code: 'unknown_option' });
  });
});

const challenge = 'Bearer realm="r", resource_metadata="https://m", error="insufficient_scope", scope="b a"';
const refused = { status: 403, headers: { 'www-authenticate': challenge } };

describe('expectChallenge', () => {
  it.each<[ChallengedResponse, ExpectedChallenge]>([
    [refused, { error: 'insufficient_scope', scope: 'a b' }],
    [refused, { scope: ['a', 'b'], realm: 'r', resourceMetadata: 'https://m' }],
    [refused, {}],
    [
      { status: 401, headers: { 'www-authenticate': 'Basic realm="a, b", DPoP error="use_dpop_nonce", algs="ES256"' } },
      { scheme: 'DPoP', error: 'use_dpop_nonce' },
    ],
    [{ status: 401, headers: { 'www-authenticate': 'Negotiate, Bearer scope=a scope=b, ;' } }, { scope: 'a' }],
    [{ status: 403, headers: new Headers({ 'WWW-Authenticate': challenge }) }, { error: 'insufficient_scope' }],
    [{ status: 403, headers: { 'www-authenticate': [challenge] } }, { error: 'insufficient_scope' }],
    [{ status: 401, headers: { 'www-authenticate': 'bearer' } }, { error: null }],
    [{ status: 401, headers: { 'www-authenticate': 'Bearer error=invalid_token' } }, { error: 'invalid_token' }],
    [{ status: 418, headers: { 'www-authenticate': 'Bearer scope="say \\"a\\""' } }, { scope: 'say "a"' }],
  ])('accepts %j as %j', (response, expected) => {
    expect(() => {
      expectChallenge(response, expected);
    }).not.toThrow();
  });

  it.each<[ChallengedResponse, ExpectedChallenge, string]>([
    [{ status: 200, headers: {} }, {}, 'a WWW-Authenticate header, but found status 200 without one'],
    [{ status: 401, headers: { 'www-authenticate': 'Basic' } }, {}, 'the scheme Bearer, but found Basic'],
    [{ ...refused, status: 401 }, { error: 'insufficient_scope' }, 'status "403", but found "401"'],
    [refused, { error: 'other' }, 'status "401", but found "403"'],
    [{ ...refused, status: 401 }, { error: null }, 'error none, but found "insufficient_scope"'],
    [refused, { scope: 'a' }, 'scope "a", but found "a b"'],
    [{ status: 401, headers: { 'www-authenticate': 'Bearer' } }, { scope: 'a' }, 'scope "a", but found none'],
    [refused, { realm: 'x' }, 'realm "x", but found "r"'],
    [refused, { resourceMetadata: 'x' }, 'resource_metadata "x", but found "https://m"'],
  ])('does not accept %j as %j', (response, expected, message) => {
    expect(() => {
      expectChallenge(response, expected);
    }).toThrow(AssertionError);
    expect(() => {
      expectChallenge(response, expected);
    }).toThrow(`Expected a challenge with ${message}`);
  });
});

describe('accessMatrix', () => {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('open', {}, () => '');
  registry.tool('read', { scopes: ['notes:read'] }, () => '');
  registry.tool('write', { scopes: ['notes:write'], visibility: 'granted' }, () => '');
  registry.tool('purge', { scopes: ['notes:admin'], visibility: 'concealed' }, () => '');
  registry.tool('depends', { scopes: () => 'notes:read' }, () => '');
  registry.tool('policy', { policy: () => true }, () => '');
  registry.tool('fresh', { scopes: ['notes:read'], authentication: { maxAgeSeconds: 60 } }, () => '');
  registry.prompt('summary', { scopes: ['notes:read'] }, () => '');
  registry.resource('notes://all', { scopes: ['notes:read'] }, () => '');
  registry.resourceTemplate('notes://{id}', { scopes: ['notes:read'] }, () => '');
  registry.skill('tidy', { description: 'x', instructions: 'x', scopes: ['notes:admin'], visibility: 'concealed' });
  const handler = (): object => ({});
  registry.extension('com.example/search', {
    methods: {
      'com.example/find': { scopes: ['notes:read'], handler },
      'com.example/forget': { scopes: ['notes:admin'], visibility: 'concealed', handler },
    },
  });

  it('says who may use what', () => {
    const roles = {
      anonymous: null,
      stranger: [],
      reader: ['notes:read'],
      writer: ['notes:write'],
      admin: ['notes:admin'],
    };
    const scopeHierarchy = { 'notes:admin': ['notes:write'], 'notes:write': ['notes:read'] };
    const matrix = accessMatrix(registry, roles, { scopeHierarchy });
    const row = (anonymous: string, stranger: string, reader: string, writer: string, admin: string) => ({
      anonymous,
      stranger,
      reader,
      writer,
      admin,
    });
    const [may, needs, hidden, none] = ['may use', 'needs scopes', 'hidden, needs scopes', 'concealed'] as const;
    const reading = row(needs, needs, may, may, may);
    const depends = 'depends on arguments';
    expect(matrix).toEqual({
      'tool open': row(may, may, may, may, may),
      'tool read': reading,
      'tool write': row(hidden, hidden, hidden, may, may),
      'tool purge': row(none, none, none, none, may),
      'tool depends': row(depends, depends, depends, depends, depends),
      'tool policy': row(depends, depends, depends, depends, depends),
      'tool fresh': row(needs, needs, 'needs sign-in', 'needs sign-in', 'needs sign-in'),
      'prompt summary': reading,
      'resource notes://all': reading,
      'resource skill://tidy/SKILL.md': row(none, none, none, none, may),
      'resource-template notes://{id}': reading,
      'method com.example/find': reading,
      'method com.example/forget': row(none, none, none, none, may),
    });
  });

  it.each<[unknown, string]>([
    [['a b'], 'accessMatrix role "x": "a b" is not a scope'],
    ['notes:read', 'role "x" must be an array of scopes, or null'],
  ])('refuses the role %j', (role, message) => {
    expect(() => accessMatrix(registry, { x: role as Role })).toThrow(message);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { ConfigurationError, createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import type { McpAuthOptions } from '../../../lib/index.js';
import express from 'express';
import { issuer, resource } from '../../support/mcp-app.js';

// RFC 8037 appendix A.2.
const ed25519 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const secret = { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url') };
const login = 'https://login.example.com';
const client = { clientId: 'api', clientSecret: 'secret' };
const minimal: McpAuthOptions = { resource, issuer: login };

function errorOf(run: () => unknown): ConfigurationError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

/** Options without types, as in JavaScript. */
type Loose = Readonly<Record<string, unknown>>;

describe('mcpAuth', () => {
  afterEach(() => {
    delete process.env['MCP_RESOURCE'];
    delete process.env['MCP_ISSUER'];
  });

  it.each<[string, Loose, string, string]>([
    ['no resource', { issuer: login }, 'missing_option', 'mcpAuth({ resource: "https://api.example.com/mcp"'],
    ['no issuer', { resource }, 'missing_option', 'issuer: "https://login.example.com"'],
    ['a misspelt option', { ...minimal, requireScopes: ['a'] }, 'unknown_option', 'there is no "requireScopes"'],
    ['a resource that is no URL', { ...minimal, resource: 'mcp' }, 'invalid_option', 'not "mcp"'],
    ['a resource that is no text', { ...minimal, resource: 7 }, 'invalid_option', 'not 7'],
    ['a resource without TLS', { ...minimal, resource: 'http://a.example/mcp' }, 'invalid_option', 'with https'],
    ['a resource with a query', { ...minimal, resource: `${resource}?a` }, 'invalid_option', 'no query'],
    ['a resource with a fragment', { ...minimal, resource: `${resource}#a` }, 'invalid_option', 'no fragment'],
    [
      'a resource with credentials',
      { ...minimal, resource: 'https://a:b@c.example/' },
      'invalid_option',
      'no credentials',
    ],
    ['a resource with a user', { ...minimal, resource: 'https://a@c.example/' }, 'invalid_option', 'no credentials'],
    ['an issuer that is no URL', { ...minimal, issuer: 'login' }, 'invalid_option', 'issuer must be a URL with https'],
    ['an issuer without TLS', { ...minimal, issuer: 'http://a.example' }, 'invalid_option', 'issuer must be a URL'],
    [
      'an issuer with a user',
      { ...minimal, issuer: 'https://a@c.example' },
      'invalid_option',
      'without user, query and fragment',
    ],
    [
      'an issuer with a user and a password',
      { ...minimal, issuer: 'https://a:b@c.example' },
      'invalid_option',
      'without user, query and fragment',
    ],
    [
      'an issuer with a query',
      { ...minimal, issuer: `${login}?a` },
      'invalid_option',
      'without user, query and fragment',
    ],
    [
      'an issuer with a fragment',
      { ...minimal, issuer: `${login}#a` },
      'invalid_option',
      'without user, query and fragment',
    ],
    [
      'issuer and issuers',
      { ...minimal, issuers: [{ issuer: login }] },
      'invalid_option',
      'issuer or issuers, not both',
    ],
    ['issuers that are no list', { resource, issuers: login }, 'invalid_option', 'issuers must be an array'],
    ['no issuer in the list', { resource, issuers: [] }, 'missing_option', 'whose tokens to accept'],
    ['an issuer that is no object', { resource, issuers: [login] }, 'invalid_option', 'issuers takes objects'],
    [
      'an issuer with a misspelt member',
      { resource, issuers: [{ issuer: login, jwks_uri: login }] },
      'unknown_option',
      'there is no "jwks_uri"',
    ],
    [
      'one issuer twice',
      { resource, issuers: [{ issuer: login }, { issuer: login }] },
      'invalid_option',
      'is given twice',
    ],
    [
      'a jwksUri without TLS',
      { resource, issuers: [{ issuer: login, jwksUri: 'http://a.example/jwks' }] },
      'invalid_option',
      'jwksUri must be a URL',
    ],
    ['a key set that is none', { resource, issuers: [{ issuer: login, jwks: {} }] }, 'invalid_option', '{ keys: […] }'],
    ['no algorithms', { resource, issuers: [{ issuer: login, algorithms: [] }] }, 'invalid_option', 'must be some of'],
    [
      'the algorithm none',
      { resource, issuers: [{ issuer: login, algorithms: ['ES256', 'none'] }] },
      'invalid_option',
      '"none" is not',
    ],
    [
      'a symmetric algorithm with keys that are discovered',
      { resource, issuers: [{ issuer: login, algorithms: ['HS256'] }] },
      'invalid_option',
      'given as jwks only',
    ],
    ['an empty audience', { resource, issuers: [{ issuer: login, audience: '' }] }, 'invalid_option', 'not empty'],
    ['no audience', { resource, issuers: [{ issuer: login, audience: [] }] }, 'invalid_option', 'not empty'],
    ['a verifier that is none', { resource, verifier: {} }, 'invalid_option', 'verify(token)'],
    [
      'a cache for a verifier',
      { resource, verifier: { verify: () => undefined }, cache: {} },
      'invalid_option',
      'drop cache',
    ],
    ['a cache of hours', { ...minimal, cache: { seconds: 7200 } }, 'invalid_option', 'cache.seconds must be a number'],
    ['a cache of nothing', { ...minimal, cache: { entries: 0 } }, 'invalid_option', 'cache.entries must be a whole'],
    ['a cache with a misspelt member', { ...minimal, cache: { ttl: 1 } }, 'unknown_option', 'there is no "ttl"'],
    [
      'a wrong claim',
      { resource, issuers: [{ issuer: login, claims: { scope: 1 } }] },
      'invalid_option',
      'claims.scope',
    ],
    [
      'introspection without credentials',
      { resource, issuers: [{ issuer: login, introspection: {} }] },
      'missing_option',
      'introspection needs a clientId',
    ],
    [
      'introspection with a misspelt member',
      { resource, issuers: [{ issuer: login, introspection: { ...client, url: login } }] },
      'unknown_option',
      'there is no "url"',
    ],
    [
      'introspection without TLS',
      { resource, issuers: [{ issuer: login, introspection: { ...client, endpoint: 'http://a.example' } }] },
      'invalid_option',
      'introspection.endpoint must be a URL',
    ],
    [
      'introspection of some other tokens',
      { resource, issuers: [{ issuer: login, introspection: { ...client, tokens: 'some' } }] },
      'invalid_option',
      "tokens must be 'opaque' or 'all'",
    ],
    [
      'introspection with a text for a boolean',
      { resource, issuers: [{ issuer: login, introspection: { ...client, allowMissingAudience: 'yes' } }] },
      'invalid_option',
      'allowMissingAudience must be true or false',
    ],
    [
      'introspection by two issuers',
      {
        resource,
        issuers: [
          { issuer: login, introspection: client },
          { issuer: `${login}/2`, introspection: client },
        ],
      },
      'invalid_option',
      'only one issuer can have introspection',
    ],
    ['an unknown mode of DPoP', { ...minimal, dpop: 'on' }, 'invalid_option', "'off', 'supported' or 'required'"],
    [
      'a short secret',
      { ...minimal, dpop: 'required', dpopNonceSecret: 'short' },
      'invalid_option',
      'a random text of 32 characters',
    ],
    ['a secret for nothing', { ...minimal, dpopNonceSecret: 'n'.repeat(32) }, 'invalid_option', 'of no use'],
    [
      'a header that is none',
      { ...minimal, clientCertificateHeader: 'Client Cert' },
      'invalid_option',
      '"Client-Cert"',
    ],
    ['a store that is none', { ...minimal, stores: { replay: {} } }, 'invalid_option', 'memoryReplayStore()'],
    ['another such', { ...minimal, stores: { revocation: {} } }, 'invalid_option', 'memoryRevocationStore()'],
    ['an unknown store', { ...minimal, stores: { sessions: {} } }, 'unknown_option', 'there is no "sessions"'],
    ['a name that is none', { ...minimal, metadata: { name: 7 } }, 'invalid_option', 'name must be a text'],
    [
      'a page without TLS',
      { ...minimal, metadata: { policy: 'http://a.b' } },
      'invalid_option',
      'policy must be a URL',
    ],
    [
      'a public key to sign',
      { ...minimal, metadata: { signingKey: { alg: 'ES256' } } },
      'invalid_option',
      'private JWK',
    ],
    ['unknown metadata', { ...minimal, metadata: { title: 'a' } }, 'unknown_option', 'there is no "title"'],
    ['scopes as one text', { ...minimal, requiredScopes: 'a b' }, 'invalid_option', 'requiredScopes must be an array'],
    ['two scopes in one', { ...minimal, requiredScopes: ['a b'] }, 'invalid_scope', 'several array elements'],
    ['scopes that are none', { ...minimal, scopesSupported: [1] }, 'invalid_scope', 'is not a scope'],
    ['a cycle of scopes', { ...minimal, scopeHierarchy: { a: ['b'], b: ['a'] } }, 'scope_cycle', 'a'],
    ['allowAnonymous that is no boolean', { ...minimal, allowAnonymous: 'yes' }, 'invalid_option', 'true or false'],
    [
      'scopes of everybody, also of nobody',
      { ...minimal, allowAnonymous: true, requiredScopes: ['a'] },
      'invalid_option',
      'contradict each other',
    ],
    ['a path without slash', { ...minimal, path: 'mcp' }, 'invalid_option', 'such as "/mcp"'],
    ['a path with a query', { ...minimal, path: '/mcp?a' }, 'invalid_option', 'without query'],
    [
      'an origin with a path',
      { ...minimal, cors: ['https://a.example/'] },
      'invalid_option',
      'scheme, host and port only',
    ],
    ['an origin that is none', { ...minimal, cors: 'everyone' }, 'invalid_option', '"everyone" is no origin'],
    ['a realm with quotes', { ...minimal, realm: 'a"b' }, 'invalid_option', 'realm must be printable ASCII'],
    ['a realm with a line break', { ...minimal, realm: 'a\r\nSet-Cookie: b' }, 'invalid_option', 'printable ASCII'],
    ['a clock that runs backwards', { ...minimal, clockToleranceSeconds: -1 }, 'invalid_option', 'from 0 to 300'],
    [
      'an algorithm that no given key fits',
      { resource, issuers: [{ issuer: login, jwks: issuer.jwks, algorithms: ['RS256', 'ES384'] }] },
      'invalid_option',
      'algorithms is RS256, ES384, and jwks has keys for others only (ES256)',
    ],
    [
      'an algorithm of another curve',
      { resource, issuers: [{ issuer: login, jwks: { keys: [ed25519] }, algorithms: ['ES256'] }] },
      'invalid_option',
      'keys for others only (Ed25519)',
    ],
    ['a clock that does not matter', { ...minimal, clockToleranceSeconds: 3600 }, 'invalid_option', 'from 0 to 300'],
    ['a clock that is no number', { ...minimal, clockToleranceSeconds: '5' }, 'invalid_option', 'from 0 to 300'],
    ['options that are no object', [] as unknown as Loose, 'invalid_option', 'write an object here'],
  ])('refuses %s and says what to write', (_what, options, code, text) => {
    const error = errorOf(() => mcpAuth(options));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
    expect(error.message).toMatch(/^mcpAuth|scopeHierarchy/);
  });

  it.each<[string, McpAuthOptions]>([
    ['the least', minimal],
    ['a local resource without TLS', { ...minimal, resource: 'http://localhost:3000/mcp' }],
    ['an issuer with its keys', { resource, issuers: [{ issuer: login, jwks: issuer.jwks, audience: ['a', 'b'] }] }],
    ['an issuer with the place of its keys', { resource, issuers: [{ issuer: login, jwksUri: `${login}/jwks` }] }],
    [
      'a symmetric algorithm with a given key',
      { resource, issuers: [{ issuer: login, jwks: { keys: [secret] }, algorithms: ['HS256'] }] },
    ],
    [
      'an algorithm that one of the given keys fits',
      { resource, issuers: [{ issuer: login, jwks: issuer.jwks, algorithms: ['RS256', 'ES256'] }] },
    ],
    [
      'both names of Ed25519',
      {
        resource,
        issuers: [{ issuer: login, jwks: { keys: [{ ...ed25519, alg: 'EdDSA' }] }, algorithms: ['Ed25519'] }],
      },
    ],
    ['a verifier without issuer', { resource, verifier: { verify: () => Promise.reject(new Error()) } }],
    ['everything else', { ...minimal, path: '/a', cors: '*', realm: 'a b', clockToleranceSeconds: 0 }],
  ])('accepts %s', (_what, options) => {
    expect(mcpAuth(options)).toBeInstanceOf(Function);
  });

  it('reads MCP_RESOURCE and MCP_ISSUER from the environment', async () => {
    process.env['MCP_RESOURCE'] = 'https://env.example.com/mcp';
    expect(errorOf(() => mcpAuth()).code).toBe('missing_option');
    process.env['MCP_ISSUER'] = 'https://env-login.example.com';
    const app = express().use(mcpAuth());
    expect((await request(app).get('/.well-known/oauth-protected-resource/mcp')).body).toMatchObject({
      resource: 'https://env.example.com/mcp',
      authorization_servers: ['https://env-login.example.com'],
    });
  });

  it('prefers what is written to the environment', async () => {
    process.env['MCP_RESOURCE'] = 'https://env.example.com/mcp';
    process.env['MCP_ISSUER'] = 'https://env-login.example.com';
    const app = express().use(mcpAuth({ resource, issuers: [{ issuer: login }] }));
    expect((await request(app).get('/.well-known/oauth-protected-resource/mcp')).body).toMatchObject({
      resource,
      authorization_servers: [login],
    });
  });

  it('does not take the issuer of the environment for one whose tokens a given verifier accepts', async () => {
    process.env['MCP_ISSUER'] = 'https://env-login.example.com';
    const app = express().use(mcpAuth({ resource, verifier: { verify: () => Promise.reject(new Error()) } }));
    const document = await request(app).get('/.well-known/oauth-protected-resource/mcp');
    expect(document.status).toBe(200);
    expect(document.body).not.toHaveProperty('authorization_servers');
  });

  it('refuses a wrong value in the environment like a written one', () => {
    process.env['MCP_RESOURCE'] = 'ftp://env.example.com';
    expect(errorOf(() => mcpAuth({ issuer: login })).code).toBe('invalid_option');
  });
});

describe('mcpRouter', () => {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });

  it.each<[string, Loose, string, string]>([
    ['a misspelt option', { onerror: () => undefined }, 'unknown_option', 'there is no "onerror"'],
    ['a path without slash', { path: 'mcp' }, 'invalid_option', 'path must be a path such as "/mcp"'],
    ['a limit of nothing', { maxBodyBytes: 0 }, 'invalid_option', 'maxBodyBytes must be a whole number'],
    ['a limit that is no whole number', { maxBodyBytes: 1.5 }, 'invalid_option', 'maxBodyBytes must be a whole number'],
    ['a limit in words', { maxBodyBytes: '4mb' }, 'invalid_option', 'maxBodyBytes must be a whole number'],
    ['a time that no timer can measure', { timeoutMs: 2 ** 31 }, 'invalid_option', 'from 1 to 2147483647'],
    ['origins as one text', { allowedOrigins: 'https://a.example' }, 'invalid_option', 'an array of origins'],
    ['an origin that is none', { allowedOrigins: ['a.example'] }, 'invalid_option', '"a.example" is no origin'],
    ['hosts as one text', { allowedHosts: 'a.example' }, 'invalid_option', 'an array of host names'],
    ['an empty host', { allowedHosts: [''] }, 'invalid_option', 'an array of host names'],
    ['no revisions', { protocolVersions: [] }, 'invalid_option', 'some of 2026-07-28'],
    ['an unknown revision', { protocolVersions: ['2024-11-05'] }, 'invalid_option', 'some of 2026-07-28'],
    ['onError that is no function', { onError: true }, 'invalid_option', 'onError must be a function'],
  ])('refuses %s and says what to write', (_what, options, code, text) => {
    const error = errorOf(() => mcpRouter(registry, options));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  it.each([
    ['nothing', undefined],
    ['options in the place of the registry', { path: '/mcp' }],
  ])('refuses %s', (_what, wrong) => {
    const error = errorOf(() => mcpRouter(wrong as unknown as typeof registry));
    expect(error).toMatchObject({ code: 'missing_option' });
    expect(error.message).toContain('mcpRouter(createRegistry(');
  });

  it('accepts revisions in any order and speaks only those', async () => {
    const app = express().use(
      mcpRouter(registry, { protocolVersions: ['2025-06-18', '2025-11-25'] }),
      mcpErrorHandler(),
    );
    const response = await request(app)
      .post('/mcp')
      .set('MCP-Protocol-Version', '2025-03-26')
      .send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ id: 1, error: { message: /Unsupported/ } });
  });
});

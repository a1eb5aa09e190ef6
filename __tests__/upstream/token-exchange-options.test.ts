import { describe, expect, it } from '@jest/globals';
import type { TokenExchangeOptions } from '../../lib/upstream/index.js';
import { tokenExchange } from '../../lib/upstream/index.js';

const good = { issuer: 'https://login.example.com', client: { clientId: 'notes', clientSecret: 'secret' } };
const entra = { ...good, profile: 'entra-obo' };

describe('tokenExchange', () => {
  it.each([
    ['nothing but issuer and client', good],
    [
      'a client with a private key',
      { ...good, client: { clientId: 'notes', privateKey: { kty: 'EC', alg: 'ES256', d: 'x' } } },
    ],
    ['an issuer on this machine', { ...good, issuer: 'http://localhost:3000' }],
    ['the on-behalf-of flow', { ...entra, scopes: ['api://orders/.default'] }],
  ])('takes %s', (_what, options) => {
    expect(tokenExchange(options as TokenExchangeOptions)).toEqual({ token: expect.any(Function) });
  });

  it.each([
    ['no options', undefined, 'invalid_option', 'write an object here'],
    ['a misspelt option', { ...good, scope: ['a'] }, 'unknown_option', 'there is no "scope"'],
    ['no issuer', { client: good.client }, 'invalid_option', 'issuer must be the URL'],
    ['an issuer with http', { ...good, issuer: 'http://login.example.com' }, 'invalid_option', 'https'],
    ['no client', { issuer: good.issuer }, 'missing_option', 'needs client'],
    ['a client without an id', { ...good, client: { clientSecret: 'x' } }, 'missing_option', 'needs a clientId'],
    [
      'a client without a proof',
      { ...good, client: { clientId: 'x' } },
      'missing_option',
      'clientSecret or privateKey',
    ],
    [
      'a misspelt client',
      { ...good, client: { ...good.client, secret: 'x' } },
      'unknown_option',
      'there is no "secret"',
    ],
    ['an empty audience', { ...good, audience: '' }, 'invalid_option', 'audience must be a text'],
    ['scopes in one text', { ...good, scopes: 'a b' }, 'invalid_option', 'scopes must be an array'],
    ['two scopes in one', { ...good, scopes: ['a b'] }, 'invalid_scope', 'is not a scope'],
    ['stepUpScopes that are none', { ...good, stepUpScopes: ['a b'] }, 'invalid_scope', 'stepUpScopes'],
    ['no callerIssuers', { ...good, callerIssuers: [] }, 'invalid_option', 'callerIssuers must be'],
    ['callerIssuers that is a text', { ...good, callerIssuers: 'x' }, 'invalid_option', 'callerIssuers must be'],
    ['another profile', { ...good, profile: 'okta' }, 'invalid_option', 'profile must be'],
    ['an audience for Entra ID', { ...entra, audience: 'x', scopes: ['a'] }, 'invalid_option', 'has no audience'],
    ['no scopes for Entra ID', entra, 'missing_option', 'needs scopes'],
  ])('refuses %s', (_what, options, code, message) => {
    expect(() => tokenExchange(options as TokenExchangeOptions)).toThrow(
      expect.objectContaining({ name: 'ConfigurationError', code, message: expect.stringContaining(message) }),
    );
  });
});

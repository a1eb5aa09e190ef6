import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { McpAuthOptions } from '../../lib/index.js';
import type { TestClientOptions } from '../../lib/testing/index.js';
import { createTestIssuer, testClient } from '../../lib/testing/index.js';

const resource = 'https://api.example.com/mcp';

function appThatTrusts({ issuer, jwks }: Awaited<ReturnType<typeof createTestIssuer>>, options: McpAuthOptions = {}) {
  const registry = createRegistry({ name: 'who', version: '1.0.0' });
  registry.tool('who', {}, (_args, { auth }) => `${String(auth?.subject)}: ${auth?.scopes.join(' ') ?? ''}`);
  const app = express();
  app.use((request, _response, next) => {
    seen.push(`${request.method} ${request.url} ${String(request.get('x-tenant'))} ${String(request.ip)}`);
    next();
  });
  app.use(mcpAuth({ resource, issuers: [{ issuer, jwks }], ...options }), mcpRouter(registry));
  app.use(mcpErrorHandler());
  return app;
}

const seen: string[] = [];

describe('the tokens of testClient', () => {
  it('come from the one of several issuers with the same name whose key the app knows', async () => {
    const first = await createTestIssuer();
    const second = await createTestIssuer();
    for (const issuer of [first, second]) {
      const client = await testClient(appThatTrusts(issuer), { scopes: ['a', 'b'], subject: 'ada' });
      expect((await client.call('who')).text).toBe('ada: a b');
    }
  });

  it('come from the issuer that the test names, for an app that has no document where it is looked for', async () => {
    const issuer = await createTestIssuer({
      issuer: 'https://named.test',
      audience: 'https://api.example.com/base/mcp',
    });
    const trusting = appThatTrusts(issuer, { resource: 'https://api.example.com/base/mcp', path: '/mcp' });
    const client = await testClient(trusting, { scopes: ['a'], issuer });
    expect((await client.call('who')).text).toBe('user-1: a');
    const found = await testClient(trusting, { scopes: ['a'] });
    expect((await found.call('who')).text).toBe('user-1: a');
  });

  it('may be one that the test has', async () => {
    const issuer = await createTestIssuer({ issuer: 'https://own.test', audience: resource });
    const token = await issuer.token({ scope: 'c', subject: 'bob' });
    const client = await testClient(appThatTrusts(issuer), { token, headers: { 'x-tenant': 'north' } });
    expect((await client.call('who')).text).toBe('bob: c');
    expect(seen.at(-1)).toBe('POST /mcp north 127.0.0.1');
    const stale = await testClient(appThatTrusts(issuer), { token: await issuer.token({ expiresIn: -600 }) });
    await stale.expectRefused('who', { error: 'invalid_token', status: 401 });
  });

  it('find the endpoint where the test says that it is', async () => {
    const issuer = await createTestIssuer();
    const app = appThatTrusts(issuer, { resource: 'https://api.example.com/api/tools' });
    const client = await testClient(app, { scopes: [], path: '/api/tools' });
    expect((await client.call('who')).isError).toBe(false);
    await expect(testClient(app, { scopes: [] })).rejects.toThrow(/no metadata document for "\/mcp".*Give path/);
    const lost = await testClient(app);
    await expect(lost.call('who')).rejects.toMatchObject({ status: 404, message: expect.stringContaining('404') });
  });

  it('are refused for an app that trusts nobody here, with what to write instead', async () => {
    const { jwks } = await createTestIssuer();
    const app = appThatTrusts({ issuer: 'https://login.example.com', jwks, token: () => Promise.resolve('') });
    await expect(testClient(app, { scopes: [] })).rejects.toThrow(
      /trusts https:\/\/login\.example\.com, and no createTestIssuer.*issuers: \[\{ issuer, jwks \}\]/,
    );
    const anonymous = await testClient(app);
    const refusal = await anonymous.expectRefused('who', { status: 401 });
    expect(refusal.error).toBeUndefined();
  });
});

describe('what testClient is given', () => {
  it.each<[object, RegExp]>([
    [{ scope: 'a' }, /there is no "scope"/],
    [{ scopes: 'a' }, /scopes must be an array/],
    [{ scopes: ['a b'] }, /testClient scopes/],
    [{ token: 't', scopes: [] }, /give token or scopes, not both/],
    [{ token: 't', stepUp: true }, /stepUp needs an issuer/],
    [{ path: 'mcp' }, /path must begin with/],
    [{ answer: 'yes' }, /testClient answer/],
    [{ scopeHierarchy: {} }, /belongs to mcpAuth/],
  ])('is checked: %j', async (options, message) => {
    await expect(testClient(express(), options as TestClientOptions)).rejects.toThrow(message);
  });

  it('is an app or a registry', async () => {
    await expect(testClient({} as never)).rejects.toThrow(/must be an app, such as express\(\), or a registry/);
    const registry = createRegistry({ name: 'none', version: '1.0.0' });
    await expect(testClient(registry, { path: '/mcp' })).rejects.toThrow(/path is for apps/);
  });

  it('takes a hierarchy over a registry', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('read', { scopes: ['notes:read'] }, () => 'read');
    const client = await testClient(registry, {
      scopes: ['notes:write'],
      scopeHierarchy: { 'notes:write': ['notes:read'] },
    });
    expect((await client.call('read')).text).toBe('read');
  });
});

// `advertiseScopes` of createRegistry: what each listed tool needs, for hosts that ask for scopes beforehand.
import { describe, expect, it } from '@jest/globals';
import type { Registry, RegistryOptions } from '../../../lib/index.js';
import { allOf, anyOf, ConfigurationError, createRegistry } from '../../../lib/index.js';
import { compileRequirement } from '../../../lib/oauth/scope-requirement.js';
import type { ProtocolVersion } from '../../../lib/server/revisions/revision.js';
import type { Caller } from '../../../lib/server/authorization/caller.js';
import { authWith, nobody, TestServer } from '../../support/dispatching.js';

function registryWith(options: RegistryOptions<undefined> = { advertiseScopes: true }): Registry {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' }, options);
  registry.tool('about', {}, () => 'x');
  registry.tool('read', { scopes: ['notes:read'] }, () => 'x');
  registry.tool('move', { scopes: ['notes:read', 'notes:write'] }, () => 'x');
  registry.tool('share', { scopes: anyOf('notes:admin', allOf('notes:read', 'notes:share')) }, () => 'x');
  registry.tool('empty', { scopes: ({ folder }) => (folder === 'trash' ? 'a' : 'b') }, () => 'x');
  registry.tool('transfer', { authentication: { maxAgeSeconds: 60 } }, () => 'x');
  registry.tool('granted', { scopes: ['notes:admin'], visibility: 'granted' }, () => 'x');
  registry.tool('secret', { scopes: ['notes:secret'], visibility: 'concealed' }, () => 'x');
  registry.tool('own', { scopes: ['a'], _meta: { securitySchemes: [{ type: 'noauth' }], 'x.test/a': 1 } }, () => 'x');
  registry.tool('described', { scopes: ['a'], _meta: { 'x.test/a': 1 } }, () => 'x');
  registry.prompt('summary', { scopes: ['notes:read'] }, () => 'x');
  return registry;
}

interface Listed {
  readonly name: string;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

async function listed(server: TestServer, caller: Caller, version: ProtocolVersion = '2026-07-28') {
  const { body } = await server.call(version, 'tools/list', {}, { caller });
  const tools = body?.result?.['tools'] as readonly Listed[];
  return Object.fromEntries(tools.map(({ name, _meta }) => [name, _meta?.['securitySchemes']]));
}

const oauth2 = (...scopes: readonly string[]) => ({ type: 'oauth2', scopes });
const own = {
  about: [{ type: 'noauth' }],
  read: [oauth2('notes:read')],
  move: [oauth2('notes:read', 'notes:write')],
  share: [oauth2('notes:admin'), oauth2('notes:read', 'notes:share')],
  empty: [oauth2()],
  transfer: [oauth2()],
  own: [{ type: 'noauth' }],
  described: [oauth2('a')],
};

const endpointOf = (...scopes: readonly string[]): NonNullable<Caller['endpoint']> => ({
  requirement: compileRequirement(scopes, 'test'),
  clockToleranceSeconds: 0,
});

describe('advertiseScopes', () => {
  it('puts the alternatives of each tool into _meta, and noauth where it needs none', async () => {
    expect(await listed(new TestServer(registryWith()), nobody)).toEqual(own);
  });

  it('keeps what a tool says in its _meta itself', async () => {
    const { body } = await new TestServer(registryWith()).call('2026-07-28', 'tools/list');
    const tools = body?.result?.['tools'] as readonly Listed[];
    expect(tools.find(({ name }) => name === 'described')?._meta).toEqual({
      securitySchemes: [oauth2('a')],
      'x.test/a': 1,
    });
    expect(tools.find(({ name }) => name === 'own')?._meta?.['x.test/a']).toBe(1);
  });

  it('is silent by default, about prompts, and in 2025-03-26, whose tools have no _meta', async () => {
    const silent = await listed(new TestServer(registryWith({})), nobody);
    expect(new Set(Object.values({ ...silent, own: undefined }))).toEqual(new Set([undefined]));
    const server = new TestServer(registryWith());
    const { body } = await server.call('2026-07-28', 'prompts/list');
    expect(JSON.stringify(body)).not.toContain('securitySchemes');
    expect(await listed(server, nobody, '2025-06-18')).toEqual(own);
    expect(Object.keys(await listed(server, nobody, '2025-03-26'))).toEqual(Object.keys(own));
    expect(Object.values(await listed(server, nobody, '2025-03-26'))).toEqual(Object.keys(own).map(() => undefined));
  });

  it('reveals nothing of tools that the caller does not see', async () => {
    const server = new TestServer(registryWith());
    const { text } = await server.call('2026-07-28', 'tools/list', {}, { caller: nobody });
    expect(text).not.toContain('notes:secret');
    const holder = { auth: authWith(['notes:secret', 'notes:admin']), endpoint: undefined };
    expect(await listed(server, holder)).toEqual({
      ...own,
      granted: [oauth2('notes:admin')],
      secret: [oauth2('notes:secret')],
    });
    expect(await listed(server, nobody)).toEqual(own);
  });

  it('names what the endpoint needs besides, for each endpoint its own', async () => {
    const server = new TestServer(registryWith());
    const caller = { auth: authWith(['mcp']), endpoint: endpointOf('mcp') };
    expect(await listed(server, caller)).toMatchObject({
      about: [oauth2('mcp')],
      read: [oauth2('mcp', 'notes:read')],
      share: [oauth2('mcp', 'notes:admin'), oauth2('mcp', 'notes:read', 'notes:share')],
      empty: [oauth2('mcp')],
    });
    expect(await listed(server, { auth: undefined, endpoint: endpointOf() })).toEqual(own);
    expect(await listed(server, nobody)).toEqual(own);
  });

  it('follows a tool that is changed', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' }, { advertiseScopes: true });
    const handle = registry.tool('read', { scopes: ['a'] }, () => 'x');
    const server = new TestServer(registry);
    expect(await listed(server, nobody)).toEqual({ read: [oauth2('a')] });
    handle.update({ scopes: ['b'] });
    expect(await listed(server, nobody)).toEqual({ read: [oauth2('b')] });
  });

  it('must be true or false', () => {
    const wrong = (): unknown => registryWith({ advertiseScopes: 'yes' } as unknown as RegistryOptions<undefined>);
    expect(wrong).toThrow(ConfigurationError);
    expect(wrong).toThrow('createRegistry: advertiseScopes must be true or false.');
  });
});

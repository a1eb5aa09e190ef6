import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, anyOf, createRegistry } from '../../lib/index.js';
import { TestServer } from '../support/dispatching.js';

const create = () => createRegistry({ name: 'test', version: '1.0.0' });
const handler = (): string => 'done';
const misspelt: object = { requird: true };

function mistake(action: () => unknown): { readonly code: string; readonly message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('Nothing was thrown');
}

type Loose = Readonly<Record<string, unknown>>;

describe('createRegistry', () => {
  it.each<[string, unknown, string]>([
    ['no name', { version: '1' }, 'missing_option'],
    ['an empty name', { name: '', version: '1' }, 'missing_option'],
    ['no version', { name: 'x' }, 'missing_option'],
    ['an unknown member', { name: 'x', version: '1', descripton: 'x' }, 'unknown_option'],
    ['no object', 'notes', 'invalid_option'],
  ])('refuses %s', (_what, info, code) => {
    expect(mistake(() => createRegistry(info as { name: string; version: string })).code).toBe(code);
  });

  it.each<[Loose, string]>([
    [{ pageSize: 0 }, 'invalid_option'],
    [{ pageSize: 1.5 }, 'invalid_option'],
    [{ pagesize: 5 }, 'unknown_option'],
  ])('refuses the options %j', (options, code) => {
    expect(mistake(() => createRegistry({ name: 'x', version: '1' }, options)).code).toBe(code);
  });
});

describe('registering', () => {
  it.each<[string, () => unknown, string, string]>([
    [
      'a tool twice',
      () => [create()].map((r) => [r.tool('a', {}, handler), r.tool('a', {}, handler)]),
      'duplicate_name',
      'There is a tool "a" already',
    ],
    ['a name with a space', () => create().tool('a b', {}, handler), 'invalid_name', '"a b" is no name for a tool'],
    ['a name of 129 characters', () => create().tool('a'.repeat(129), {}, handler), 'invalid_name', '1 to 128'],
    ['an empty prompt name', () => create().prompt('', {}, handler), 'invalid_name', '"" is no name for a prompt'],
    [
      'a name that is no text',
      () => create().tool(7 as unknown as string, {}, handler),
      'invalid_name',
      'The first argument is the name of the tool, not 7',
    ],
    [
      'a misspelt member',
      () => create().tool('a', { scope: ['x'] } as object, handler),
      'unknown_option',
      'tool "a": there is no "scope". Write scopes:',
    ],
    [
      'no definition',
      () => create().tool('a', undefined as unknown as object, handler),
      'invalid_option',
      'tool "a": write an object here',
    ],
    [
      'no handler',
      () => create().tool('a', {}, undefined as unknown as () => string),
      'invalid_option',
      'tool "a": the handler must be a function',
    ],
    [
      'a malformed scope',
      () => create().tool('a', { scopes: ['x y'] }, handler),
      'invalid_scope',
      'tool "a": "x y" is not a scope',
    ],
    [
      'a scope that is no text',
      () => create().tool('a', { scopes: [7 as unknown as string] }, handler),
      'invalid_scope',
      'scopes must be a scope',
    ],
    [
      'offline_access',
      () => create().tool('a', { scopes: ['offline_access'] }, handler),
      'invalid_scope',
      'Leave it out',
    ],
    [
      'an empty anyOf',
      () => create().tool('a', { scopes: anyOf() }, handler),
      'invalid_scope',
      'Name at least one scope',
    ],
    [
      'another visibility',
      () => create().tool('a', { visibility: 'hidden' as 'always' }, handler),
      'invalid_option',
      "'always', 'granted' or 'concealed'",
    ],
    [
      'a scope function that would decide lists',
      () => create().tool('a', { scopes: () => 'x', visibility: 'granted' }, handler),
      'invalid_option',
      'cannot decide what is listed',
    ],
    [
      'a time limit of zero',
      () => create().tool('a', { timeoutMs: 0 }, handler),
      'invalid_option',
      'timeoutMs must be a whole number',
    ],
    [
      'a time limit that a timer cannot hold',
      () => create().tool('a', { timeoutMs: 2 ** 31 }, handler),
      'invalid_option',
      '2147483647',
    ],
    [
      'an input schema that is no object schema',
      () => create().tool('a', { inputSchema: { type: 'string' } }, handler),
      'invalid_schema',
      'object',
    ],
    [
      'a schema with a mistake',
      () => create().tool('a', { outputSchema: { type: 'strin' as 'string' } }, handler),
      'invalid_schema',
      'tool "a" outputSchema',
    ],
    [
      'a misspelt member of a prompt argument',
      () => create().prompt('a', { arguments: { b: misspelt } }, handler),
      'unknown_option',
      'prompt "a" argument "b"',
    ],
    ['a relative URI', () => create().resource('notes', {}, handler), 'invalid_name', '"notes" is no URI'],
    [
      'a resource twice',
      () => [create()].map((r) => [r.resource('x://a', {}, handler), r.resource('x://a', {}, handler)]),
      'duplicate_name',
      'There is a resource "x://a" already',
    ],
    [
      'a template without a variable',
      () => create().resourceTemplate('x://a', {}, handler),
      'invalid_uri_template',
      'x://a',
    ],
    [
      'completion of a variable that does not exist',
      () => create().resourceTemplate('x://{a}', { complete: { b: () => [] } }, handler),
      'unknown_option',
      'resource template "x://{a}" complete: there is no "b". Known are a.',
    ],
  ])('refuses %s', (_what, action, code, message) => {
    const found = mistake(action);
    expect(found.code).toBe(code);
    expect(found.message).toContain(message);
  });
});

describe('changing a registry while it serves', () => {
  const namesOf = async (server: TestServer): Promise<unknown> => {
    const { body } = await server.call('2025-03-26', 'tools/list');
    return body?.result?.['tools'] ?? body?.error?.code;
  };

  it('updates an item in its place, and nothing when the change is wrong', async () => {
    const registry = create();
    const first = registry.tool('first', { description: 'old' }, handler);
    registry.tool('second', {}, handler);
    const server = new TestServer(registry);
    first.update({ description: 'new' });
    expect(await namesOf(server)).toMatchObject([{ name: 'first', description: 'new' }, { name: 'second' }]);
    expect(
      mistake(() => {
        first.update({ scopes: ['a b'] });
      }).code,
    ).toBe('invalid_scope');
    expect(await namesOf(server)).toMatchObject([{ name: 'first', description: 'new' }, { name: 'second' }]);
    first.update({ scopes: ['a'] });
    await expect(server.call('2026-07-28', 'tools/call', { name: 'first' })).rejects.toMatchObject({
      requiredScopes: ['a'],
    });
  });

  it('removes an item, and frees its name', async () => {
    const registry = create();
    const item = registry.tool('first', {}, handler);
    const server = new TestServer(registry);
    item.remove();
    expect(await namesOf(server)).toEqual([]);
    item.update({ description: 'ghost' });
    item.enable();
    item.disable();
    expect(await namesOf(server)).toEqual([]);
    registry.tool('first', { description: 'again' }, handler);
    item.update({ description: 'ghost' });
    item.disable();
    item.remove();
    expect(await namesOf(server)).toMatchObject([{ name: 'first', description: 'again' }]);
  });

  it('disables and enables an item, which keeps its name meanwhile', async () => {
    const registry = create();
    const item = registry.tool('first', {}, handler);
    registry.tool('second', {}, handler);
    const server = new TestServer(registry);
    item.disable();
    expect(await namesOf(server)).toMatchObject([{ name: 'second' }]);
    expect((await server.call('2026-07-28', 'tools/call', { name: 'first' })).body?.error?.code).toBe(-32602);
    expect(mistake(() => registry.tool('first', {}, handler)).code).toBe('duplicate_name');
    item.enable();
    expect(await namesOf(server)).toMatchObject([{ name: 'first' }, { name: 'second' }]);
  });

  it('does not change with the objects that it was made from', async () => {
    const info = { name: 'test', version: '1.0.0' };
    const registry = createRegistry(info);
    info.name = 'changed';
    registry.tool('first', {}, handler);
    const { body } = await new TestServer(registry).call('2026-07-28', 'server/discover');
    expect(body?.result?.['_meta']).toEqual({
      'io.modelcontextprotocol/serverInfo': { name: 'test', version: '1.0.0' },
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, createRegistry } from '../../lib/index.js';
import { methodTable } from '../../lib/server/dispatch/method-table.js';

const create = () => createRegistry({ name: 'test', version: '1.0.0' });
const handler = (): object => ({});

function mistake(action: () => unknown): { readonly code: string; readonly message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigurationError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('Nothing was thrown');
}

describe('an extension', () => {
  it.each([
    'com.example/search',
    'example/a',
    'com.example.mcp/a_b.c-d',
    'io.modelcontextprotocol/ui',
    'io.modelcontextprotocol/oauth-client-credentials',
  ])('can be called %s', (id) => {
    const registry = create();
    registry.extension(id);
    expect([...registry.catalog.extensions]).toEqual([[id, {}]]);
  });

  it.each<[unknown, string]>([
    ['search', '"search" is no name for an extension'],
    ['/search', 'is no name'],
    ['com.example/', 'is no name'],
    ['com.example/a/b', 'is no name'],
    ['com..example/a', 'is no name'],
    ['1com/a', 'is no name'],
    ['com.example-/a', 'is no name'],
    ['com.example/-a', 'is no name'],
    [`com.example/${'a'.repeat(250)}`, 'is no name'],
    [undefined, 'undefined is no name'],
    ['dev.mcp/a', 'reserved for MCP'],
    ['com.modelcontextprotocol.tools/a', 'reserved for MCP'],
    ['io.modelcontextprotocol.tools/a', 'reserved for MCP'],
    ['io.modelcontextprotocol/skills', 'is built in: use registry.skill'],
    ['io.modelcontextprotocol/tasks', 'is built in: use registry.tool'],
  ])('cannot be called %s', (id, words) => {
    const thrown = mistake(() => {
      create().extension(id as string);
    });
    expect(thrown.code).toBe('invalid_name');
    expect(thrown.message).toContain(words);
  });

  it.each<[string, object, string, string]>([
    ['a misspelt member', { method: {} }, 'unknown_option', 'there is no "method"'],
    ['settings that are a text', { settings: 'x' }, 'invalid_option', 'settings must be an object that JSON can hold'],
    ['settings that JSON cannot hold', { settings: { x: 1n } }, 'invalid_option', 'that JSON can hold'],
    ['methods that are a list', { methods: [] }, 'invalid_option', 'methods must be an object'],
    ['a method without a handler', { methods: { a: {} } }, 'invalid_option', 'method "a": the handler must be'],
    ['a misspelt member of a method', { methods: { a: { handler, scope: [] } } }, 'unknown_option', 'no "scope"'],
    ['a scope that is none', { methods: { a: { handler, scopes: ['a b'] } } }, 'invalid_scope', 'method "a"'],
    [
      'a method that is to be left out of lists',
      { methods: { a: { handler, visibility: 'granted' } } },
      'invalid_option',
      "visibility must be 'always' or 'concealed'",
    ],
    ['a method with a space', { methods: { 'a b': { handler } } }, 'invalid_name', '"a b" is no name for a method'],
    ['a method without a name', { methods: { '': { handler } } }, 'invalid_name', 'is no name for a method'],
    ['a long method', { methods: { ['a'.repeat(129)]: { handler } } }, 'invalid_name', 'is no name for a method'],
    ['a method of JSON-RPC', { methods: { 'rpc.discover': { handler } } }, 'invalid_name', 'is reserved'],
    ['a method of MCP Apps', { methods: { 'ui/open': { handler } } }, 'invalid_name', 'is reserved'],
    ['a message of MCP', { methods: { 'notifications/x': { handler } } }, 'invalid_name', 'is reserved'],
  ])('is refused with %s', (_what, definition, code, words) => {
    const thrown = mistake(() => {
      create().extension('com.example/a', definition);
    });
    expect(thrown.code).toBe(code);
    expect(thrown.message).toContain(words);
  });

  it.each([...methodTable.keys()])('cannot have the method %s', (name) => {
    const thrown = mistake(() => {
      create().extension('com.example/a', { methods: { [name]: { handler } } });
    });
    expect(thrown.message).toBe(
      `The name of the method "${name}" is reserved. Begin it with a name of your own, such as "com.example/search".`,
    );
  });

  it('can be registered once', () => {
    const registry = create();
    registry.extension('com.example/a', { methods: { 'a/x': { handler } } });
    expect(
      mistake(() => {
        registry.extension('com.example/a');
      }),
    ).toEqual({ code: 'duplicate_name', message: 'There is an extension "com.example/a" already.' });
  });

  it('does not take the method of another, and is not there in part then', () => {
    const registry = create();
    registry.extension('com.example/a', { methods: { 'a/x': { handler } } });
    const methods = { 'a/y': { handler }, 'a/x': { handler } };
    expect(
      mistake(() => {
        registry.extension('com.example/b', { methods });
      }),
    ).toEqual({
      code: 'duplicate_name',
      message: 'There is a method "a/x" already, of the extension "com.example/a". Take another name.',
    });
    expect([...registry.catalog.extensions.keys()]).toEqual(['com.example/a']);
    expect([...registry.catalog.extensionMethods.keys()]).toEqual(['a/x']);
  });

  it('declares what was registered, whatever becomes of the object', () => {
    const registry = create();
    const settings = { limits: { pages: 3 } };
    registry.extension('com.example/a', { settings });
    settings.limits.pages = 4;
    expect(registry.catalog.extensions.get('com.example/a')).toEqual({ limits: { pages: 3 } });
  });
});

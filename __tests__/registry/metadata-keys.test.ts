import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, createRegistry } from '../../lib/index.js';
import { TestServer } from '../support/dispatching.js';

const create = () => createRegistry({ name: 'test', version: '1.0.0' });

const wrong = ['a b/c', 'a_b/c', '1com.example/a', 'com-.example/a', '.example/a', 'com..example/a', '/a', 'a/b/c'];
const wrongNames = ['-a', 'a-', 'com.example/a.', 'com.example/_a', 'ä', 'a b'];

describe('a key of _meta', () => {
  it.each([...wrong, ...wrongNames])('%j is refused for a tool', (key) => {
    expect(() => create().tool('a', { _meta: { [key]: 1 } }, () => 'a')).toThrow(ConfigurationError);
    expect(() => create().tool('a', { _meta: { [key]: 1 } }, () => 'a')).toThrow('is no key for _meta');
  });

  it('that is wrong is refused for whatever can have _meta', () => {
    const _meta = { 'a b/c': 1 };
    expect(() => create().prompt('a', { _meta }, () => 'a')).toThrow('prompt "a": "a b/c" is no key for _meta');
    expect(() => create().resource('a://b', { _meta }, () => 'a')).toThrow('resource "a://b": "a b/c" is no key');
    expect(() => create().resourceTemplate('a://{b}', { _meta }, () => 'a')).toThrow('is no key for _meta');
  });

  it.each(['kind', 'a', '', 'com.example/kind', 'com.example/', 'x-1.y2/a_b.c-d', 'io.modelcontextprotocol/ui'])(
    '%j is listed as it is',
    async (key) => {
      const registry = create();
      registry.tool('a', { _meta: { [key]: 1 } }, () => 'a');
      const { body } = await new TestServer(registry).call('2026-07-28', 'tools/list');
      expect(body?.result?.['tools']).toMatchObject([{ _meta: { [key]: 1 } }]);
    },
  );
});

describe('a reserved key of _meta', () => {
  it.each([null, 7, 'text', [], {}])(
    'of a request may have any value that it is not looked at for: %j',
    async (value) => {
      const registry = create();
      registry.tool('a', {}, () => 'a');
      const _meta = {
        progressToken: 'p',
        traceparent: value,
        'io.modelcontextprotocol/clientInfo': value,
        'dev.mcp/x': value,
      };
      const { body } = await new TestServer(registry).call('2026-07-28', 'tools/call', { name: 'a', _meta });
      expect(body?.result).toMatchObject({ content: [{ type: 'text', text: 'a' }] });
    },
  );
});

describe('names of tools', () => {
  it('that differ in case are those of different tools', async () => {
    const registry = create();
    registry.tool('read', {}, () => 'small');
    registry.tool('READ', {}, () => 'large');
    const server = new TestServer(registry);
    const { body } = await server.call('2025-11-25', 'tools/call', { name: 'READ' });
    expect(body?.result).toEqual({ content: [{ type: 'text', text: 'large' }] });
    const { body: unknown } = await server.call('2025-11-25', 'tools/call', { name: 'Read' });
    expect(unknown?.error).toMatchObject({ code: -32602, message: 'Unknown tool: "Read"' });
  });
});

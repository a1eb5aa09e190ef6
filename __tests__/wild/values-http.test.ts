import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createRegistry } from '../../lib/index.js';
import { assertOrigin } from '../../lib/http/fields/origins.js';
import { withoutCopies } from '../../lib/http/fields/repeated-fields.js';
import { assertHarmless, parseMessage } from '../../lib/jsonrpc/parse-message.js';
import { TestServer } from '../support/dispatching.js';

function server(): TestServer {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  registry.tool('run', {}, () => 'ran');
  return new TestServer(registry);
}

describe('null', () => {
  it.each([
    ['tools/list', null],
    ['tools/list', { cursor: null }],
    ['tools/list', { _meta: null }],
    ['tools/call', { name: 'run', arguments: null }],
    ['tools/call', { name: 'run', _meta: null }],
    ['ping', null],
  ])('is as absent: %s with %j', async (method, params) => {
    const { body } = await server().send({ jsonrpc: '2.0', id: 1, method, params }, { header: '2025-11-25' });
    expect(body).toHaveProperty('result');
  });
});

describe('an id', () => {
  it('beyond 2^53 is refused with the range', () => {
    for (const id of [2 ** 53, -(2 ** 60)]) {
      const message = parseMessage({ jsonrpc: '2.0', id, method: 'ping' });
      expect(message).toMatchObject({ kind: 'invalid', reason: expect.stringContaining('2^53 - 1') });
    }
    expect(parseMessage({ jsonrpc: '2.0', id: 1.5, method: 'ping' })).toMatchObject({
      reason: 'id must be a string or an integer',
    });
  });
});

describe('a repeated header field', () => {
  it('says n times what it says once', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9-]+$/);
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 5 }), (text, n) => {
        expect(withoutCopies(Array.from({ length: n }, () => text).join(', '))).toBe(text);
      }),
    );
    expect(withoutCopies('a, b')).toBe('a, b');
  });

  it.each(['2025-11-25, 2025-06-18', '2099-01-01', 'x'])('gets the versions if it says %s', async (header) => {
    for (const method of ['initialize', 'tools/list']) {
      const refused = server().send({ jsonrpc: '2.0', id: 1, method, params: {} }, { header });
      const { body } = await refused;
      expect(body?.error).toMatchObject({ code: -32022, data: { supported: expect.arrayContaining(['2025-11-25']) } });
    }
  });
});

describe('an origin', () => {
  it.each([
    'vscode-file://vscode-app',
    'chrome-extension://abcdefghijklmnop',
    'app://obsidian.md',
    'tauri://localhost',
    'capacitor://localhost',
    'null',
    'https://a.example',
    'http://localhost:3000',
  ])('is taken: %s', (origin) => {
    expect(assertOrigin(origin, 'mcpRouter allowedOrigins')).toBe(origin);
  });

  it.each([
    'https://*.example.com',
    'https://a.example/',
    'https://a.example/path',
    'https://a.example:443',
    'HTTPS://a.example',
    'tauri://localhost/',
    'app://*',
    'app://a?b',
    'a.example',
    '',
    7,
  ])('is refused: %s', (origin) => {
    expect(() => assertOrigin(origin, 'mcpRouter allowedOrigins')).toThrow('is no origin');
  });
});

describe('the depth of a parsed body', () => {
  it('has the limit of one that is text', () => {
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    expect(() => {
      assertHarmless(nested(64));
    }).not.toThrow();
    expect(() => {
      assertHarmless(nested(65));
    }).toThrow('more than 64');
    expect(() => {
      assertHarmless(nested(5000));
    }).toThrow('more than 64');
  });
});

describe('a name and a number that some hosts do not take', () => {
  it('are said once, by code', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const registry = createRegistry({ name: 'wild', version: '1.0.0' }, { pageSize: 2 });
    const handle = registry.tool('notes.list', {}, () => 1);
    handle.update({ title: 'Notes' });
    registry.tool('n'.repeat(65), {}, () => 1);
    registry.tool('fine_name-1', {}, () => 1);
    registry.tool('another', {}, () => 1);
    const said = warn.mock.calls.map(([, options]) => (options as { readonly code?: string } | undefined)?.code);
    warn.mockRestore();
    expect(said).toEqual(['EXPRESS_MCP_TOOL_NAME', 'EXPRESS_MCP_TOOL_NAME', 'EXPRESS_MCP_PAGE_SIZE']);
  });
});

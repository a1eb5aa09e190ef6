import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { TestServer, callerWith, connectionWith } from '../../support/dispatching.js';

const ui = 'io.modelcontextprotocol/ui';
const mimeType = 'text/html;profile=mcp-app';
const html = '<!doctype html><title>Notes</title>';

/** As MCP Apps (SEP-1865) wants it: a page under ui://, and a tool that names it. */
function appServer(): TestServer {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.extension(ui);
  const scopes = ['notes:read'];
  registry.resource('ui://notes/board', { name: 'board', mimeType, scopes }, () => ({
    text: html,
    _meta: { ui: { csp: { connectDomains: ['https://api.example.com'] }, prefersBorder: true } },
  }));
  registry.tool('show_notes', { scopes, _meta: { ui: { resourceUri: 'ui://notes/board' } } }, (_args, ctx) => {
    const { mimeTypes } = ctx.client.extensions[ui] ?? {};
    return Array.isArray(mimeTypes) && mimeTypes.includes(mimeType) ? 'Shown on the board' : 'One note: milk';
  });
  return new TestServer(registry);
}

const caller = callerWith('notes:read');
const capabilities = { extensions: { [ui]: { mimeTypes: [mimeType] } } };
const asHost = { _meta: { 'io.modelcontextprotocol/clientCapabilities': capabilities } };

describe('an MCP App', () => {
  it('is declared', async () => {
    const { body } = await appServer().call('2026-07-28', 'server/discover', {}, { caller });
    expect(body?.result?.['capabilities']).toMatchObject({ extensions: { [ui]: {} } });
  });

  it.each(['2026-07-28', '2025-11-25', '2025-06-18'] as const)(
    'is named by its tool for clients of %s',
    async (version) => {
      const { body } = await appServer().call(version, 'tools/list', {}, { caller });
      expect(body?.result?.['tools']).toMatchObject([
        { name: 'show_notes', _meta: { ui: { resourceUri: 'ui://notes/board' } } },
      ]);
    },
  );

  it.each(['2026-07-28', '2025-11-25'] as const)('has a page that clients of %s list and read', async (version) => {
    const server = appServer();
    const listed = await server.call(version, 'resources/list', {}, { caller });
    expect(listed.body?.result?.['resources']).toEqual([{ uri: 'ui://notes/board', name: 'board', mimeType }]);
    const read = await server.call(version, 'resources/read', { uri: 'ui://notes/board' }, { caller });
    expect(read.body?.result?.['contents']).toEqual([
      {
        uri: 'ui://notes/board',
        mimeType,
        text: html,
        _meta: { ui: { csp: { connectDomains: ['https://api.example.com'] }, prefersBorder: true } },
      },
    ]);
  });

  it('refuses the page to a caller without its scopes', async () => {
    const read = appServer().call(
      '2026-07-28',
      'resources/read',
      { uri: 'ui://notes/board' },
      { caller: callerWith() },
    );
    await expect(read).rejects.toMatchObject({ code: 'insufficient_scope', requiredScopes: ['notes:read'] });
  });

  const textOf = async (answer: ReturnType<TestServer['call']>) => (await answer).body?.result?.['content'];

  it('answers a host that can show it otherwise than one that cannot', async () => {
    const server = appServer();
    const call = (params: object) =>
      textOf(server.call('2026-07-28', 'tools/call', { name: 'show_notes', ...params }, { caller }));
    expect(await call(asHost)).toEqual([{ type: 'text', text: 'Shown on the board' }]);
    expect(await call({})).toEqual([{ type: 'text', text: 'One note: milk' }]);
  });

  it('knows a host of 2025-11-25 by its handshake', async () => {
    const server = appServer();
    const call = (declared: object) =>
      textOf(
        server.call(
          '2025-11-25',
          'tools/call',
          { name: 'show_notes' },
          { caller, connection: connectionWith({ capabilities: declared }) },
        ),
      );
    expect(await call(capabilities)).toEqual([{ type: 'text', text: 'Shown on the board' }]);
    expect(await call({ extensions: 'all' })).toEqual([{ type: 'text', text: 'One note: milk' }]);
  });
});

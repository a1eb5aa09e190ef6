// A gateway may route or limit by Mcp-Method, Mcp-Name and Mcp-Param-…, and not know which revisions send them.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { authOptions, issuer } from '../support/mcp-app.js';

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
const ran: string[] = [];
for (const name of ['read', 'purge']) {
  registry.tool(name, {}, () => {
    ran.push(name);
    return 'done';
  });
}
const region = { type: 'string', 'x-mcp-header': 'Region' };
registry.tool('deploy', { inputSchema: { type: 'object', properties: { region } } }, () => {
  ran.push('deploy');
  return 'deployed';
});
registry.prompt('greet', {}, () => 'Hello');
registry.resource('notes://all', {}, () => 'all');
const app = express().use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());

const call = (name: string, args: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args },
});

async function post(body: object, headers: Readonly<Record<string, string>>, version?: string) {
  ran.length = 0;
  return request(app)
    .post('/mcp')
    .set({
      Accept: 'application/json, text/event-stream',
      Authorization: `Bearer ${await issuer.token()}`,
      ...(version === undefined ? {} : { 'MCP-Protocol-Version': version }),
      ...headers,
    })
    .send(body);
}

describe.each(['2025-11-25', '2025-06-18', '2025-03-26', undefined])('a legacy request (%s)', (version) => {
  it.each<[string, object, Readonly<Record<string, string>>]>([
    ['another method', call('purge'), { 'Mcp-Method': 'tools/list' }],
    ['another tool', call('purge'), { 'Mcp-Name': 'read' }],
    ['another tool in Base64', call('purge'), { 'Mcp-Name': `=?base64?${Buffer.from('read').toString('base64')}?=` }],
    ['both', call('purge'), { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'read' }],
    ['the tool in another case', call('purge'), { 'Mcp-Name': 'PURGE' }],
    ['nothing', call('purge'), { 'Mcp-Name': '' }],
    [
      'another prompt',
      { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name: 'greet' } },
      { 'Mcp-Name': 'x' },
    ],
    [
      'another resource',
      { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'notes://all' } },
      { 'Mcp-Name': 'notes://x' },
    ],
    ['another argument', call('deploy', { region: 'us' }), { 'Mcp-Param-Region': 'eu' }],
    ['an argument that is not there', call('deploy'), { 'Mcp-Param-Region': 'eu' }],
    [
      'a request, and is a notification',
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: {} },
      { 'Mcp-Method': 'tools/list' },
    ],
    [
      'another method in a handshake',
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      },
      { 'Mcp-Method': 'ping' },
    ],
  ])('is refused where header fields name %s', async (_what, body, headers) => {
    const response = await post(body, headers, version);
    expect([response.status, response.body]).toMatchObject([400, { error: { code: -32020 } }]);
    expect(ran).toEqual([]);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['none', {}],
    ['the method', { 'Mcp-Method': 'tools/call' }],
    ['all', { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'deploy', 'Mcp-Param-Region': 'us' }],
    ['what nobody knows', { 'Mcp-Param-Other': 'eu' }],
  ])('is served where header fields agree: %s', async (_what, headers) => {
    const response = await post(call('deploy', { region: 'us' }), headers, version);
    expect([response.status, response.body]).toMatchObject([200, { result: { content: [{ text: 'deployed' }] } }]);
    expect(ran).toEqual(['deploy']);
  });
});

it('each message of a batch has to agree with the header fields', async () => {
  const batch = [
    { ...call('read'), id: 1 },
    { ...call('purge'), id: 2 },
    { jsonrpc: '2.0', id: 3, method: 'tools/list' },
  ];
  const response = await post(batch, { 'Mcp-Method': 'tools/call', 'Mcp-Name': 'read' }, '2025-03-26');
  expect(response.body).toMatchObject([
    { id: 1, result: {} },
    { id: 2, error: { code: -32020 } },
    { id: 3, error: { code: -32020 } },
  ]);
  expect(ran).toEqual(['read']);
});

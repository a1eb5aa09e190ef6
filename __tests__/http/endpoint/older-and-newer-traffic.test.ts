import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { Response, Test } from 'supertest';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { modern } from '../../support/mcp-app.js';

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
registry.tool('read', { title: 'Read' }, () => 'a note');
const app = express().use(mcpRouter(registry), mcpErrorHandler());

function post(headers: Readonly<Record<string, string>>, message: object): Test {
  return request(app)
    .post('/mcp')
    .set({ Accept: 'application/json, text/event-stream', ...headers })
    .send(message);
}

const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list' };

function headerOf(response: Response, name: string): string | undefined {
  return (response.headers as Readonly<Record<string, string | undefined>>)[name];
}

describe('a modern request', () => {
  it('with what belongs to sessions of older revisions is served as if it were not there', async () => {
    const response = await modern(app, 'tools/call', { name: 'read' }, { 'Mcp-Session-Id': 'x', 'Last-Event-ID': '7' });
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ id: 1, result: { content: [{ type: 'text', text: 'a note' }] } });
    expect(headerOf(response, 'mcp-session-id')).toBeUndefined();
  });

  it('gets one JSON object, when there is nothing to say before', async () => {
    const response = await modern(app, 'tools/list');
    expect(response.status).toBe(200);
    expect(response.type).toBe('application/json');
    expect(response.body).toMatchObject({ jsonrpc: '2.0', id: 1 });
  });

  it('may have its header fields in any case, and their values in their own only', async () => {
    const upperCase = { 'MCP-METHOD': 'tools/call', 'mcp-name': 'read' };
    expect((await modern(app, 'tools/call', { name: 'read' }, upperCase)).status).toBe(200);
    const response = await modern(app, 'tools/call', { name: 'read' }, { 'Mcp-Name': 'READ' });
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ error: { code: -32020 } });
  });

  it('of an unknown method gets 404 with a JSON-RPC error, unlike an endpoint that does not exist', async () => {
    const response = await modern(app, 'no/such');
    expect(response.status).toBe(404);
    expect(response.body).toMatchObject({ jsonrpc: '2.0', id: 1, error: { code: -32601 } });
  });

  it('of a version that is not spoken gets 400 with those that are', async () => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2031-01-01',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const headers = { 'MCP-Protocol-Version': '2031-01-01', 'Mcp-Method': 'tools/list' };
    const response = await post(headers, { ...listTools, params: { _meta } });
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({
      error: { code: -32022, data: { supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'] } },
    });
  });
});

describe('a legacy request', () => {
  it('without MCP-Protocol-Version is one of 2025-03-26, which has no titles', async () => {
    const oldest = await post({}, listTools);
    expect(oldest.body).toMatchObject({ result: { tools: [{ name: 'read' }] } });
    expect(oldest.text).not.toContain('"title"');
    const newer = await post({ 'MCP-Protocol-Version': '2025-06-18' }, listTools);
    expect(newer.body).toMatchObject({ result: { tools: [{ name: 'read', title: 'Read' }] } });
  });

  it.each(['nonsense', '2024-10-07', '2031-01-01'])('with MCP-Protocol-Version %s gets 400', async (version) => {
    expect((await post({ 'MCP-Protocol-Version': version }, listTools)).status).toBe(400);
  });

  it('gets one JSON object', async () => {
    const response = await post({ 'MCP-Protocol-Version': '2025-11-25' }, listTools);
    expect(response.status).toBe(200);
    expect(response.type).toBe('application/json');
    expect(response.body).toMatchObject({ jsonrpc: '2.0', id: 1 });
  });
});

describe('a notification', () => {
  it.each(['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28'])(
    'of %s gets 202 without a body',
    async (version) => {
      const message = { jsonrpc: '2.0', method: 'notifications/initialized' };
      const response = await post({ 'MCP-Protocol-Version': version }, message);
      expect(response.status).toBe(202);
      expect(response.text).toBe('');
    },
  );

  it('that cannot be accepted gets 400', async () => {
    const headers = { 'MCP-Protocol-Version': '2025-11-25' };
    const response = await post(headers, { jsonrpc: '2.0', method: '' });
    expect(response.status).toBe(400);
    expect(response.body).not.toHaveProperty('id');
  });
});

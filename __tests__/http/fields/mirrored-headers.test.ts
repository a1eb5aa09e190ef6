import { describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import express from 'express';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { modern } from '../../support/mcp-app.js';

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
registry.tool('read', {}, () => 'a note');
registry.prompt('sum-up', {}, () => 'Summarise');
registry.resource('notes://all', {}, () => 'all notes');
const app = express().use(mcpRouter(registry), mcpErrorHandler());

const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

function expectMismatch(response: Response, message: string): void {
  expect(response.status).toBe(400);
  expect(response.body).toMatchObject({ id: 1, error: { code: -32020, message: `Header mismatch: ${message}` } });
}

describe('a modern request', () => {
  it.each([
    ['tools/call', { name: 'read' }],
    ['prompts/get', { name: 'sum-up' }],
    ['resources/read', { uri: 'notes://all' }],
    ['tools/list', {}],
  ])('of %s whose header fields say the same as the message is served', async (method, params) => {
    expect((await modern(app, method, params)).status).toBe(200);
  });

  it.each([
    ['tools/call', { name: 'read' }, 'other'],
    ['prompts/get', { name: 'sum-up' }, 'read'],
    ['resources/read', { uri: 'notes://all' }, 'notes://other'],
  ])('of %s with another Mcp-Name is refused, so that a proxy cannot be fooled', async (method, params, name) => {
    const said = Object.values(params).join('');
    expectMismatch(
      await modern(app, method, params, { 'Mcp-Name': name }),
      `Mcp-Name "${name}" does not match "${said}" in the body`,
    );
  });

  it('with another Mcp-Method is refused', async () => {
    const response = await modern(app, 'tools/list', {}, { 'Mcp-Method': 'prompts/list' });
    expectMismatch(response, 'Mcp-Method "prompts/list" does not match "tools/list" in the body');
  });

  it('with another MCP-Protocol-Version is refused', async () => {
    const response = await modern(app, 'tools/list', {}, { 'MCP-Protocol-Version': '2025-06-18' });
    expectMismatch(response, 'MCP-Protocol-Version "2025-06-18" does not match "2026-07-28" in the body');
  });

  it.each([
    ['MCP-Protocol-Version', 'MCP-Protocol-Version is missing'],
    ['Mcp-Method', 'Mcp-Method is missing'],
    ['Mcp-Name', 'Mcp-Name is missing'],
  ])('without %s is refused', async (field, message) => {
    const sending = modern(app, 'tools/call', { name: 'read' });
    expectMismatch(await sending.unset(field), message);
  });

  it('may have its name in Base64, as names beyond ASCII must be', async () => {
    const uri = 'notes://grüße';
    const response = await modern(app, 'resources/read', { uri }, { 'Mcp-Name': base64(uri) });
    expect(response.body).toMatchObject({ error: { code: -32602, message: 'Resource not found', data: { uri } } });
    expect((await modern(app, 'tools/call', { name: 'read' }, { 'Mcp-Name': base64('read') })).status).toBe(200);
    expectMismatch(
      await modern(app, 'resources/read', { uri }, { 'Mcp-Name': base64('notes://all') }),
      'Mcp-Name "notes://all" does not match "notes://grüße" in the body',
    );
  });

  it.each(['=?base64?cmVhZA?=', '=?base64?cm Vh?=', '=?base64?c-_h?='])(
    'with a name in broken Base64 is refused: %s',
    async (name) => {
      const response = await modern(app, 'tools/call', { name: 'read' }, { 'Mcp-Name': name });
      expectMismatch(response, 'Mcp-Name is not valid Base64');
    },
  );

  it('whose parameter is not even a text gets the error about that', async () => {
    const response = await modern(app, 'tools/call', { name: 7 }, { 'Mcp-Name': '7' });
    expect(response.body).toMatchObject({ error: { code: -32602, message: 'Invalid params: name must be a string' } });
  });

  it('with a long name in the wrong field is not echoed in full', async () => {
    const response = await modern(app, 'tools/call', { name: 'read' }, { 'Mcp-Name': 'x'.repeat(5000) });
    expect(response.status).toBe(400);
    expect(response.text.length).toBeLessThan(400);
  });
});

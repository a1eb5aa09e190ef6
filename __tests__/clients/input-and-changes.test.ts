import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import type { McpRouter } from '../../lib/index.js';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../../lib/index.js';

let server: Server;
let router: McpRouter;
const registry = createRegistry({ name: 'asking', version: '1.0.0' });
registry.tool('greet', {}, (_args, ctx) => {
  const answer = ctx.inputResponses?.['who'];
  if (answer !== undefined) return JSON.stringify([answer, ctx.requestState]);
  const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
  const who = { method: 'elicitation/create', params: { mode: 'form', message: 'Who?', requestedSchema } } as const;
  return ctx.inputRequired({ requests: { who }, state: 'asked once' });
});

beforeAll(async () => {
  router = mcpRouter(registry);
  server = express().use(router, mcpErrorHandler()).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await router.close();
});

async function connect(): Promise<Client> {
  const options = {
    versionNegotiation: { mode: { pin: '2026-07-28' } },
    capabilities: { elicitation: { form: {} } },
  } as const;
  const client = new Client({ name: 'test', version: '1.0.0' }, options);
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`);
  await client.connect(new StreamableHTTPClientTransport(url));
  return client;
}

describe('the official client pinned to 2026-07-28', () => {
  it('answers what a handler asks, in a second round', async () => {
    const client = await connect();
    const asked: unknown[] = [];
    client.setRequestHandler('elicitation/create', ({ params }) => {
      asked.push(params.message);
      return { action: 'accept', content: { name: 'Ada' } };
    });
    const result = await client.callTool({ name: 'greet' });
    expect(result.content).toEqual([
      { type: 'text', text: '[{"action":"accept","content":{"name":"Ada"}},"asked once"]' },
    ]);
    expect(asked).toEqual(['Who?']);
    await client.close();
  });

  it('listens to changes, and finds what is new', async () => {
    const client = await connect();
    const changed = new Promise<void>((resolve) => {
      client.setNotificationHandler('notifications/tools/list_changed', () => {
        resolve();
      });
    });
    const subscription = await client.listen({ toolsListChanged: true });
    registry.tool('new', {}, () => 'new');
    await changed;
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['greet', 'new']);
    await subscription.close();
    await client.close();
  });
});

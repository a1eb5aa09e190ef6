import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { exampleRegistry } from '../support/example-registry.js';

let server: Server;
let url: URL;

beforeAll(async () => {
  const app = express();
  app.use(mcpRouter(exampleRegistry(), { onError: () => undefined }));
  app.use(mcpErrorHandler());
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/mcp`);
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const clients = [
  {
    name: '2.x in legacy mode',
    connect: async () => {
      const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(new StreamableHTTPClientTransport(url));
      return client;
    },
  },
  {
    name: '2.x in auto mode',
    connect: async () => {
      const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
      await client.connect(new StreamableHTTPClientTransport(url));
      return client;
    },
  },
  {
    name: '2.x pinned to 2026-07-28',
    connect: async () => {
      const versionNegotiation = { mode: { pin: '2026-07-28' } };
      const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation });
      await client.connect(new StreamableHTTPClientTransport(url));
      return client;
    },
  },
  {
    name: '1.x',
    connect: async () => {
      const client = new OldClient({ name: 'test', version: '1.0.0' });
      // The old transport's type is not written for exactOptionalPropertyTypes.
      await client.connect(new OldTransport(url));
      return client;
    },
  },
];

describe.each(clients)('the official client $name', ({ connect }) => {
  it('learns what there is, over as many pages as it takes', async () => {
    const client = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: 'example', version: '1.2.3' });
    expect(client.getInstructions()).toBe('Use it.');
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor });
      names.push(...page.tools.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect([...new Set(names)]).toEqual(['add', 'list_numbers', 'greet', 'fail', 'break', 'all_content', 'nothing']);
    expect((await client.listPrompts()).prompts.map(({ name }) => name)).toEqual(['review', 'talk']);
    expect((await client.listResources()).resources).toHaveLength(5);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(1);
    await client.close();
  });

  it('uses tools, prompts, resources and completion', async () => {
    const client = await connect();
    expect(await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({
      structuredContent: { sum: 3 },
    });
    expect(await client.callTool({ name: 'add', arguments: { a: 1 } })).toMatchObject({ isError: true });
    expect(await client.callTool({ name: 'fail' })).toMatchObject({ isError: true });
    expect((await client.getPrompt({ name: 'review', arguments: { code: 'x' } })).messages).toHaveLength(1);
    expect((await client.readResource({ uri: 'example://item/7' })).contents).toMatchObject([{ text: '{"id":"7"}' }]);
    const ref = { type: 'ref/prompt' as const, name: 'review' };
    const { completion } = await client.complete({ ref, argument: { name: 'language', value: 'py' } });
    expect(completion.values).toEqual(['python']);
    await expect(client.callTool({ name: 'unknown' })).rejects.toThrow(/Unknown tool/);
    await expect(client.readResource({ uri: 'example://gone' })).rejects.toThrow(/Resource not found/);
    await client.close();
  });
});

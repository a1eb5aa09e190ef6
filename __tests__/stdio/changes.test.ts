import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Registry } from '../../lib/index.js';
import { createRegistry } from '../../lib/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { requestOf } from '../support/dispatching.js';
import { StdioClient } from '../support/stdio-client.js';
import { talk } from '../support/talking.js';

const notes = (): Registry => {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('read', {}, () => 'a note');
  registry.resource('notes://all', {}, () => 'all notes');
  registry.tool('add', {}, () => {
    registry.tool('new', {}, () => 'new');
    registry.resource('notes://new', {}, () => 'new');
    registry.resourceUpdated('notes://all');
    return 'added';
  });
  return registry;
};

const add = (version: '2025-11-25' | '2026-07-28'): object => requestOf(version, 'tools/call', { name: 'add' }, 'add');
const listen = (id: number | string, notifications: object): object =>
  requestOf('2026-07-28', 'subscriptions/listen', { notifications }, id);
const handshake = requestOf(
  '2025-11-25',
  'initialize',
  { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'old', version: '1' } },
  0,
);
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
const about = (id: number | string): object => ({ _meta: { 'io.modelcontextprotocol/subscriptionId': id } });
const isAbout = (id: number | string) => (message: object) =>
  JSON.stringify(message).includes(`Id":${JSON.stringify(id)}`);

describe('serveStdio', () => {
  it('ends each subscriptions/listen of a server that closes with notifications/cancelled and its answer', async () => {
    const filter = { toolsListChanged: true };
    const messages = await talk(notes(), [listen(1, filter), listen('two', filter)]);
    for (const id of [1, 'two']) {
      expect(messages.filter(isAbout(id))).toEqual([
        {
          jsonrpc: '2.0',
          method: 'notifications/subscriptions/acknowledged',
          params: { ...about(id), notifications: { toolsListChanged: true } },
        },
        { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } },
        {
          jsonrpc: '2.0',
          id,
          result: {
            resultType: 'complete',
            _meta: {
              'io.modelcontextprotocol/subscriptionId': id,
              'io.modelcontextprotocol/serverInfo': { name: 'notes', version: '1.0.0' },
            },
          },
        },
      ]);
    }
    expect(messages).toHaveLength(6);
  });

  it('tells each subscription what it asked for, with its id, and no other change', async () => {
    const client = new StdioClient(notes());
    client.write(listen('tools', { toolsListChanged: true }));
    client.write(listen('resource', { resourceSubscriptions: ['notes://all'] }));
    await client.until(() => client.messages.length === 2);
    await client.request(add('2026-07-28'));
    await client.until(() => client.messages.length === 5);
    await client.end();
    const changes = client.messages.slice(2, 5).filter(({ id }) => id !== 'add');
    expect(changes).toEqual([
      { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: about('tools') },
      {
        jsonrpc: '2.0',
        method: 'notifications/resources/updated',
        params: { ...about('resource'), uri: 'notes://all' },
      },
    ]);
    expect(client.messages.slice(5).map(({ id, method }) => id ?? method)).toEqual([
      ...['notifications/cancelled', 'notifications/cancelled', 'tools', 'resource'],
    ]);
  });

  it('tells a legacy client of changes from notifications/initialized on, and sends nothing by itself before', async () => {
    const registry = notes();
    const client = new StdioClient(registry);
    await client.request(handshake);
    registry.tool('before', {}, () => 'before');
    await client.request(requestOf('2025-11-25', 'ping', {}, 1));
    // Longer than a change waits for others.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.request(requestOf('2025-11-25', 'ping', {}, 2));
    expect(client.messages.map(({ id }) => id)).toEqual([0, 1, 2]);
    client.write(initialized);
    await client.request(add('2025-11-25'));
    await client.until(() => client.messages.length === 6);
    await client.end();
    expect(client.messages.slice(3).filter(({ id }) => id === undefined)).toEqual([
      { jsonrpc: '2.0', method: 'notifications/tools/list_changed' },
      { jsonrpc: '2.0', method: 'notifications/resources/list_changed' },
    ]);
  });

  it('sends the progress of a call and then its answer', async () => {
    const registry = createRegistry({ name: 'working', version: '1.0.0' });
    registry.tool('work', {}, async (_args, ctx) => {
      await ctx.progress(1, 2);
      await ctx.progress(2, 2);
      return 'done';
    });
    const params = { name: 'work', _meta: { progressToken: 'a' } };
    expect(await talk(registry, [requestOf('2026-07-28', 'tools/call', params)])).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'a', progress: 1, total: 2 } },
      { method: 'notifications/progress', params: { progressToken: 'a', progress: 2, total: 2 } },
      { id: 1, result: { content: [{ text: 'done' }] } },
    ]);
  });

  it('tells a handler the reason that a client gave for calling its request off', async () => {
    const reasons: unknown[] = [];
    const registry = createRegistry({ name: 'waiting', version: '1.0.0' });
    registry.tool('wait', {}, async (_args, { signal }) => {
      await new Promise((resolve) => {
        if (signal.aborted) resolve(undefined);
        signal.addEventListener('abort', resolve);
      });
      reasons.push((signal.reason as Error).message);
    });
    const input = new PassThrough();
    const output = new PassThrough();
    const server = await serveStdio(registry, { input, output });
    const params = { requestId: 7, reason: 'The user went home\u001b[31m' };
    input.write(`${JSON.stringify(requestOf('2025-11-25', 'tools/call', { name: 'wait' }, 7))}\n`);
    input.end(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params })}\n`);
    await server.closed;
    // Made fit for a log.
    expect(reasons).toEqual(['The client called the request off: "The user went home\uFFFD[31m"']);
    expect(output.read()).toBe(null);
  });
});

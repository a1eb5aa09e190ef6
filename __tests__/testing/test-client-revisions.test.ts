import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { TestClient, TestClientOptions, TestTarget } from '../../lib/testing/index.js';
import { createTestIssuer, testClient } from '../../lib/testing/index.js';

const cancelled: string[] = [];

function busyRegistry() {
  const registry = createRegistry({ name: 'busy', version: '1.0.0' });
  const form = (message: string) =>
    ({
      method: 'elicitation/create',
      params: { mode: 'form', message, requestedSchema: { type: 'object', properties: {} } },
    }) as const;
  registry.tool('read', { scopes: ['read'] }, () => 'read');
  registry.tool('write', { scopes: ['write'] }, () => 'written');
  registry.tool('version', {}, (_args, { protocolVersion, client }) => `${protocolVersion} ${String(client.name)}`);
  registry.tool('march', {}, async (_args, ctx) => {
    await ctx.progress(1, 2, 'left');
    await ctx.log('info', 'arrived');
    return 'there';
  });
  registry.tool('ask', {}, (_args, ctx) => {
    const answer = ctx.inputResponses?.['sure'];
    if (answer === undefined) return ctx.inputRequired({ requests: { sure: form('Sure?') } });
    return String(answer['action']);
  });
  registry.tool('wait', {}, async (_args, { signal }) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    cancelled.push('wait');
    return 'too late';
  });
  registry.tool('export', { scopes: ['read'], task: 'optional' }, async (_args, ctx) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const answer = ctx.inputResponses?.['where'];
    if (answer === undefined) return ctx.inputRequired({ requests: { where: form('Where to?') } });
    return `exported: ${String(answer['action'])}`;
  });
  registry.tool('endless', { task: 'optional' }, () => new Promise(() => undefined));
  registry.tool('broken', { task: 'optional' }, () => Promise.reject(new Error('inside')));
  registry.prompt('old', {}, () => 'old');
  registry.resource('notes://all', { scopes: ['read'] }, () => 'all');
  registry.resource('notes://open', {}, () => 'open');
  return registry;
}

interface Built {
  readonly target: TestTarget;
  readonly registry: ReturnType<typeof busyRegistry>;
}

const targets: readonly [string, () => Promise<Built>][] = [
  [
    'an app with sessions',
    async () => {
      const { issuer, jwks } = await createTestIssuer();
      const registry = busyRegistry();
      const app = express();
      const auth = mcpAuth({
        resource: 'https://api.example.com/mcp',
        issuers: [{ issuer, jwks }],
        allowAnonymous: true,
      });
      app.use(auth, mcpRouter(registry, { sessions: true, onError: () => undefined }));
      app.use(mcpErrorHandler());
      return { target: app, registry };
    },
  ],
  [
    'a registry',
    () => {
      const registry = busyRegistry();
      return Promise.resolve({ target: registry, registry });
    },
  ],
];

describe.each(targets)('over %s, testClient', (_name, build) => {
  const connect = async (options: TestClientOptions = {}): Promise<TestClient & { registry: Built['registry'] }> => {
    const { target, registry } = await build();
    return Object.assign(await testClient(target, options), { registry });
  };

  describe('with tasks', () => {
    it('waits for one, and answers what it asks', async () => {
      const client = await connect({ scopes: ['read'], answer: { action: 'accept', content: {} } });
      const task = await client.startTask('export');
      expect((await task.get()).status).toBe('working');
      expect(await task.finished()).toMatchObject({
        taskId: task.id,
        status: 'completed',
        result: { content: [{ type: 'text', text: 'exported: accept' }] },
      });
    });

    it('cancels one, and sees one that fails', async () => {
      const client = await connect({ scopes: [] });
      const endless = await client.startTask('endless');
      await endless.cancel();
      expect((await endless.finished()).status).toBe('cancelled');
      const { status, error } = await (await client.startTask('broken')).finished();
      expect([status, error?.code]).toEqual(['failed', -32603]);
    });

    it('says when a tool has none, when the client cannot answer, and is refused for scopes', async () => {
      const client = await connect({ scopes: ['read'] });
      await expect(client.startTask('read')).rejects.toThrow('read answered at once');
      const task = await client.startTask('export');
      expect(await task.finished()).toMatchObject({ status: 'failed', error: { code: -32021 } });
      const stranger = await connect({ scopes: [] });
      await stranger.expectRefused(stranger.startTask('export'), { scope: 'read' });
    });
  });

  describe('that listens', () => {
    it('hears of changes that the caller may hear of', async () => {
      const client = await connect({ scopes: [] });
      await client.expectRefused(client.listen({ uris: ['notes://all'] }), { scope: 'read' });
      const listening = await client.listen({ tools: true, uris: ['notes://open'] });
      client.registry.resourceUpdated('notes://all');
      client.registry.resourceUpdated('notes://open');
      expect((await listening.next()).params).toMatchObject({ uri: 'notes://open' });
      client.registry.tool('new', {}, () => 'new');
      expect((await listening.next()).method).toBe('notifications/tools/list_changed');
      await expect(listening.next(20)).rejects.toThrow('No notification came within 20 ms');
      listening.close();
      await expect(listening.next()).rejects.toThrow('was closed');
    });

    it('hears what it asked for', async () => {
      const client = await connect({ scopes: ['read'] });
      const listening = await client.listen({ prompts: true, resources: true, uris: ['notes://all'] });
      client.registry.tool('new', {}, () => 'new');
      client.registry.prompt('new', {}, () => 'new');
      expect((await listening.next()).method).toBe('notifications/prompts/list_changed');
      client.registry.resource('notes://new', {}, () => 'new');
      expect((await listening.next()).method).toBe('notifications/resources/list_changed');
      client.registry.resourceUpdated('notes://all');
      expect((await listening.next()).params).toMatchObject({ uri: 'notes://all' });
      await client.close();
      await expect(listening.next()).rejects.toThrow();
    });
  });

  describe.each(['2025-11-25', '2025-06-18', '2025-03-26'] as const)('of %s', (protocolVersion) => {
    it('shakes hands once, and calls', async () => {
      const client = await connect({ protocolVersion, scopes: ['read'] });
      expect((await client.call('version')).text).toBe(`${protocolVersion} express-mcp-test-client`);
      expect((await client.call('read')).text).toBe('read');
      expect((await client.listTools()).length).toBeGreaterThan(5);
      await client.expectRefused('write', { scope: 'write' });
      await expect(client.listen({ tools: true })).rejects.toThrow('listen needs protocolVersion 2026-07-28');
    });

    it('hears of progress and log messages', async () => {
      const client = await connect({ protocolVersion, scopes: [] });
      const heard: unknown[] = [];
      await client.call(
        'march',
        {},
        {
          logLevel: 'info',
          onProgress: ({ progress }) => heard.push(progress),
          onNotification: ({ method }) => heard.push(method),
        },
      );
      expect(heard).toEqual([1, 'notifications/message']);
    });

    it('steps up, and begins anew', async () => {
      const client = await connect({ protocolVersion, scopes: ['read'], stepUp: true });
      expect((await client.call('write')).text).toBe('written');
      expect((await client.call('version')).text).toContain(protocolVersion);
    });

    it('cancels', async () => {
      cancelled.length = 0;
      const client = await connect({ protocolVersion, scopes: [] });
      await client.call('version');
      const leaving = new AbortController();
      const called = client.call('wait', {}, { signal: leaving.signal });
      setTimeout(() => {
        leaving.abort();
      }, 50);
      await expect(called).rejects.toThrow(/abort/);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(cancelled).toEqual(['wait']);
    });
  });

  it.each(['2025-11-25', '2025-06-18'] as const)('of %s answers questions', async (protocolVersion) => {
    const client = await connect({
      protocolVersion,
      scopes: [],
      answer: ({ method }) => ({ action: method.length > 0 ? 'accept' : 'cancel', content: {} }),
    });
    expect((await client.call('ask')).text).toBe('accept');
    const mute = await connect({ protocolVersion, scopes: [] });
    await expect(mute.call('ask')).rejects.toMatchObject({
      code: -32600,
      data: { requiredCapabilities: { elicitation: {} } },
    });
  });
});

it('says that a revision is none, or is not spoken', async () => {
  const registry = busyRegistry();
  const options = { protocolVersion: '2024-01-01' } as unknown as TestClientOptions;
  await expect(testClient(registry, options)).rejects.toThrow('protocolVersion must be one of 2026-07-28, 2025-11-25');
  const app = express();
  app.use(mcpRouter(registry, { protocolVersions: ['2025-11-25'] }), mcpErrorHandler());
  const client = await testClient(app, { protocolVersion: '2025-03-26' });
  await expect(client.call('version')).rejects.toThrow('The server speaks 2025-11-25 instead of 2025-03-26');
});

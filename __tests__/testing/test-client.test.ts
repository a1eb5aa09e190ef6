import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../lib/index.js';
import type { McpRouterOptions } from '../../lib/index.js';
import type { TestClient, TestClientOptions, TestTarget } from '../../lib/testing/index.js';
import { createTestIssuer, testClient, TestClientError } from '../../lib/testing/index.js';

const resource = 'https://api.example.com/mcp';

function notesRegistry() {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' }, { pageSize: 2 });
  registry.tool('read_note', { scopes: ['notes:read'] }, () => 'a note');
  registry.tool(
    'count_notes',
    {
      scopes: ['notes:read'],
      inputSchema: { type: 'object', properties: { from: { type: 'integer' } }, required: ['from'] },
      outputSchema: { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] },
    },
    ({ from }) => ({ count: from + 1 }),
  );
  registry.tool('delete_note', { scopes: ['notes:write'], visibility: 'granted' }, () => 'deleted');
  registry.tool('who', {}, (_args, { auth }) =>
    auth === undefined ? 'nobody' : `${String(auth.subject)} of ${auth.clientId} in ${String(auth.claims['tenant'])}`,
  );
  registry.tool('march', {}, async (_args, ctx) => {
    await ctx.progress(1, 2, 'left');
    await ctx.progress(2, 2);
    await ctx.log('info', 'arrived');
    return 'there';
  });
  registry.tool('ask', {}, (_args, ctx) => {
    const answer = ctx.inputResponses?.['sure'];
    if (answer !== undefined) return `${String(answer['action'])} ${String(ctx.requestState)}`;
    const params = { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } };
    return ctx.inputRequired({ requests: { sure: { method: 'elicitation/create', params } }, state: 'kept' });
  });
  registry.tool('wait', {}, async (_args, { signal }) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    aborted.push('wait');
    return 'too late';
  });
  registry.prompt('greet', { arguments: { name: { required: true } } }, ({ name }) => `Hello, ${name}`);
  registry.resource('notes://all', { scopes: ['notes:read'] }, () => 'all notes');
  registry.resourceTemplate('notes://{id}', {}, ({ variables }) => `note ${variables.id}`);
  return registry;
}

const aborted: string[] = [];

async function notesApp(options: McpRouterOptions = {}) {
  const { issuer, jwks } = await createTestIssuer();
  const app = express();
  const auth = mcpAuth({ resource, issuers: [{ issuer, jwks }], allowAnonymous: true });
  const router = mcpRouter(notesRegistry(), options);
  app.use(auth, router);
  app.use(mcpErrorHandler());
  return { app, listener: mcpListener(app, auth, router) };
}

const targets: readonly [string, () => Promise<TestTarget>][] = [
  ['an Express app', async () => (await notesApp()).app],
  ['a listener in front of it', async () => (await notesApp()).listener],
  ['a registry', () => Promise.resolve(notesRegistry())],
];

describe.each(targets)('testClient over %s', (_name, target) => {
  const connect = async (options: TestClientOptions = {}): Promise<TestClient> => testClient(await target(), options);

  it('calls tools and gives back what they answer', async () => {
    const client = await connect({ scopes: ['notes:read'] });
    expect(await client.call('read_note')).toMatchObject({ text: 'a note', isError: false });
    const { structuredContent } = await client.call<{ count: number }>('count_notes', { from: 2 });
    expect(structuredContent?.count).toBe(3);
    expect(await client.call('count_notes', { from: 'two' })).toMatchObject({ isError: true });
  });

  it('is who the test says', async () => {
    const whoIs = async (options: TestClientOptions) => (await (await connect(options)).call('who')).text;
    expect(await whoIs({ subject: 'ada', clientId: 'app', claims: { tenant: 'a' } })).toBe('ada of app in a');
    expect(await whoIs({ scopes: [] })).toBe('user-1 of client-1 in undefined');
    expect(await whoIs({})).toBe('nobody');
  });

  it('lists what the caller may see, from all pages', async () => {
    const names = async (scopes: string[]) =>
      (await (await connect({ scopes })).listTools()).map(({ name }) => name).sort();
    const others = ['ask', 'count_notes', 'march', 'read_note', 'wait', 'who'];
    expect(await names([])).toEqual(others);
    expect(await names(['notes:write'])).toEqual([...others, 'delete_note'].sort());
    const client = await connect();
    expect(await client.listPrompts()).toMatchObject([{ name: 'greet' }]);
    expect(await client.listResources()).toMatchObject([{ uri: 'notes://all' }]);
    expect(await client.listResourceTemplates()).toMatchObject([{ uriTemplate: 'notes://{id}' }]);
  });

  it('gets prompts and reads resources', async () => {
    const client = await connect({ scopes: ['notes:read'] });
    const { messages } = await client.getPrompt('greet', { name: 'Ada' });
    expect(messages[0]?.content).toMatchObject({ text: 'Hello, Ada' });
    expect((await client.readResource('notes://all')).contents).toMatchObject([{ text: 'all notes' }]);
    expect((await client.readResource('notes://%C3%A4')).contents).toMatchObject([{ text: 'note ä' }]);
  });

  it('expects refusals by the scopes that the caller lacks, in whatever words', async () => {
    const client = await connect({ scopes: ['notes:read'] });
    await client.expectRefused('delete_note', { scope: 'notes:write' });
    await client.expectRefused('delete_note', { id: '1' }, { scope: ['notes:read', 'notes:write'] });
    const refusal = await client.expectRefused(() => client.call('delete_note'), { error: 'insufficient_scope' });
    expect(refusal).toBeInstanceOf(TestClientError);
    expect(refusal.scopes).toContain('notes:write');
    const stranger = await connect({ scopes: [] });
    await stranger.expectRefused(stranger.readResource('notes://all'), { scope: 'notes:read' });
  });

  it('fails when nothing is refused, or for other scopes', async () => {
    const client = await connect({ scopes: ['notes:read'] });
    await expect(client.expectRefused('read_note', { scope: 'notes:read' })).rejects.toThrow(
      /^Expected a refusal, but/,
    );
    await expect(client.expectRefused('delete_note', { scope: 'admin' })).rejects.toThrow(AssertionError);
    await expect(client.expectRefused('delete_note', { error: 'invalid_token' })).rejects.toThrow(AssertionError);
    await expect(client.expectRefused('no_tool', { scope: 'admin' })).rejects.toThrow(/Unknown tool/);
  });

  it('hears of progress and log messages', async () => {
    const client = await connect();
    const heard: unknown[] = [];
    await client.call(
      'march',
      {},
      {
        onProgress: (progress) => heard.push(progress),
        onNotification: ({ method }) => heard.push(method),
        logLevel: 'info',
      },
    );
    expect(heard).toEqual([
      { progress: 1, total: 2, message: 'left' },
      { progress: 2, total: 2 },
      'notifications/message',
    ]);
  });

  it('answers questions, and says that it cannot without an answer', async () => {
    const client = await connect({ answer: { action: 'accept', content: {} } });
    expect((await client.call('ask')).text).toBe('accept kept');
    const declined = await client.call(
      'ask',
      {},
      { answer: ({ name, params }) => ({ action: `${name} ${String(params?.['message'])}` }) },
    );
    expect(declined.text).toBe('sure Sure? kept');
    await expect((await connect()).call('ask')).rejects.toMatchObject({ code: -32021 });
  });

  it('signs in again for more scopes when it is told to', async () => {
    const client = await connect({ scopes: ['notes:read'], stepUp: true });
    expect((await client.call('delete_note')).text).toBe('deleted');
    expect([...client.scopes].sort()).toEqual(['notes:read', 'notes:write']);
    expect((await client.call('read_note')).text).toBe('a note');
  });

  it('cancels', async () => {
    aborted.length = 0;
    const client = await connect();
    const leaving = new AbortController();
    const called = client.call('wait', {}, { signal: leaving.signal });
    setTimeout(() => {
      leaving.abort();
    }, 50);
    await expect(called).rejects.toThrow(/abort/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(aborted).toEqual(['wait']);
  });

  it('ends what is open', async () => {
    const client = await connect();
    const listening = client.request('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const ended = listening.then(
      () => 'answered',
      () => 'failed',
    );
    await client.call('who');
    await client.close();
    expect(['answered', 'failed']).toContain(await ended);
  });
});

describe('testClient over an app with refusals as results', () => {
  it('expects refusals that are answered by results, too', async () => {
    const client = await testClient((await notesApp({ refusals: 'result' })).app, { scopes: ['notes:read'] });
    const result = await client.call('delete_note');
    expect(result).toMatchObject({ isError: true, text: expect.stringContaining('requires notes:write') });
    const refusal = await client.expectRefused('delete_note', {
      scope: 'notes:write',
      error: 'insufficient_scope',
      status: 200,
    });
    expect(refusal.scopes).toEqual(['notes:write', 'notes:read']);
    await expect(client.expectRefused('delete_note', { scope: 'admin' })).rejects.toThrow(AssertionError);
  });
});

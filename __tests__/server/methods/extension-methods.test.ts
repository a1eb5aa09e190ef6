import { describe, expect, it } from '@jest/globals';
import type { CallContext, ExtensionMethodDefinition } from '../../../lib/index.js';
import { InputRequired, ProtocolError, createRegistry } from '../../../lib/index.js';
import { TestServer, callerWith, versions } from '../../support/dispatching.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';

type Handler = ExtensionMethodDefinition<undefined, unknown, Readonly<Record<string, unknown>>>['handler'];

const declares = (extensions: object) => ({
  _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions } },
});
const search = declares({ 'com.example/search': { pages: 3 } });

function serverWith(handler: Handler): TestServer {
  const registry = createRegistry({ name: 'test', version: '1.0.0' });
  const methods = { 'com.example/find': { handler } };
  registry.extension('com.example/search', { settings: { fuzzy: true }, methods });
  return new TestServer(registry);
}

const call = async (server: TestServer, params: object = {}) =>
  server.call('2026-07-28', 'com.example/find', { ...search, ...params });

describe('an extension of the app', () => {
  it('is declared with its settings', async () => {
    const { body } = await serverWith(() => ({})).call('2026-07-28', 'server/discover');
    expect(body?.result?.['capabilities']).toMatchObject({ extensions: { 'com.example/search': { fuzzy: true } } });
  });

  it('has a method that receives the params without _meta, and the context', async () => {
    let seen: [unknown, CallContext] | undefined;
    const server = serverWith((params, ctx) => {
      seen = [params, ctx];
      return { found: 1, _meta: { 'com.example/took': 2 } };
    });
    const answer = await server.call(
      '2026-07-28',
      'com.example/find',
      { ...search, text: 'x' },
      { caller: callerWith('a') },
    );
    expect(answer.status).toBe(200);
    expect(answer.body?.result).toEqual({
      resultType: 'complete',
      found: 1,
      _meta: { 'com.example/took': 2, 'io.modelcontextprotocol/serverInfo': { name: 'test', version: '1.0.0' } },
    });
    expect(seen?.[0]).toEqual({ text: 'x' });
    expect(seen?.[1].auth?.scopes).toEqual(['a']);
    expect(seen?.[1].client.extensions).toEqual({ 'com.example/search': { pages: 3 } });
  });

  it('may answer with nothing, with caching hints and with a result type of its own', async () => {
    expect((await call(serverWith(() => undefined))).body?.result).toMatchObject({ resultType: 'complete' });
    const result = { resultType: 'com.example/partial', ttlMs: 5, cacheScope: 'public' };
    expect((await call(serverWith(() => result))).body?.result).toMatchObject(result);
  });

  it('tells how far it is', async () => {
    const server = serverWith(async (_params, ctx) => {
      await ctx.progress(1, 2);
      return {};
    });
    const outbox = new RecordingOutbox();
    const params = { _meta: { ...search._meta, progressToken: 'p' } };
    await server.call('2026-07-28', 'com.example/find', params, { outbox });
    expect(outbox.messages).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 1, total: 2 } },
    ]);
  });

  it.each([
    ['nothing', {}],
    ['another extension', { 'com.example/other': {} }],
    ['it wrongly', { 'com.example/search': true }],
  ])('does not serve a client that declares %s', async (_what, extensions) => {
    let isCalled = false;
    const server = serverWith(() => {
      isCalled = true;
      return {};
    });
    const { body, status } = await server.call('2026-07-28', 'com.example/find', declares(extensions));
    expect(status).toBe(400);
    expect(body?.error).toEqual({
      code: -32021,
      message: 'The client does not declare a capability that this request needs',
      data: { requiredCapabilities: { extensions: { 'com.example/search': {} } } },
    });
    expect(isCalled).toBe(false);
  });

  it.each(versions.filter((version) => version !== '2026-07-28'))('is not there for clients of %s', async (version) => {
    const server = serverWith(() => ({}));
    const { body } = await server.call(version, 'com.example/find');
    expect(body?.error).toEqual({ code: -32601, message: 'Method not found: "com.example/find"' });
  });

  it.each<[string, Handler]>([
    [
      'throws',
      () => {
        throw new Error('password=hunter2');
      },
    ],
    ['rejects', () => Promise.reject(new Error('password=hunter2'))],
    ['returns a text', (() => 'text') as unknown as Handler],
    ['returns a list', () => [1]],
    ['asks for input', (_params, ctx) => ctx.inputRequired({ requests: { a: { method: 'roots/list' } } })],
    ['asks for input by hand', () => ({ resultType: 'input_required', inputRequests: {} })],
    ['asks for input with a class', () => new InputRequired({ requests: {}, state: 1 })],
  ])('answers with nothing of what is inside when the handler %s', async (_what, handler) => {
    const server = serverWith(handler);
    const { body, status } = await call(server);
    const [report] = server.reports;
    expect(status).toBe(200);
    expect(body?.error).toEqual({ code: -32603, message: 'Internal error', data: { reference: report?.reference } });
    expect(report).toMatchObject({ method: 'com.example/find', target: 'com.example/find' });
  });

  it('answers with an error of the protocol that the handler throws', async () => {
    const server = serverWith(() => {
      throw new ProtocolError('invalid_params', 'Invalid params: text is missing');
    });
    expect((await call(server)).body?.error).toEqual({ code: -32602, message: 'Invalid params: text is missing' });
    expect(server.reports).toEqual([]);
  });

  it('decides by the params', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    const scopes = ({ place }: Readonly<Record<string, unknown>>): string[] => [`read:${String(place)}`];
    registry.extension('com.example/search', {
      methods: { 'com.example/find': { scopes, handler: () => ({ found: 1 }) } },
    });
    const caller = callerWith('read:a');
    const ask = (place: string) =>
      new TestServer(registry).call('2026-07-28', 'com.example/find', { ...search, place }, { caller });
    expect((await ask('a')).body?.result).toMatchObject({ found: 1 });
    await expect(ask('b')).rejects.toMatchObject({ code: 'insufficient_scope', requiredScopes: ['read:b'] });
  });
});

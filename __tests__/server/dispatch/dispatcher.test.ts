import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { TestServer, authWith, callerWith, requestOf, versions } from '../../support/dispatching.js';
import { exampleRegistry } from '../../support/example-registry.js';

const server = (): TestServer => new TestServer(exampleRegistry());
const ping = (id: unknown): object => ({ jsonrpc: '2.0', id, method: 'ping' });

describe('classifying', () => {
  it.each([
    ['text', 'hello', undefined],
    ['null', null, undefined],
    ['a message without jsonrpc', { id: 1, method: 'ping' }, 1],
    ['JSON-RPC 1.0', { jsonrpc: '1.0', id: 1, method: 'ping' }, 1],
    ['a method that is no string', { jsonrpc: '2.0', id: 1, method: 7 }, 1],
    ['an empty method', { jsonrpc: '2.0', id: 1, method: '' }, 1],
    ['neither method nor result', { jsonrpc: '2.0', id: 'a' }, 'a'],
    ['a method and a result', { jsonrpc: '2.0', id: 'a', method: 'ping', result: {} }, 'a'],
    ['a result and an error', { jsonrpc: '2.0', id: 'a', result: {}, error: {} }, 'a'],
    ['params that are an array', { jsonrpc: '2.0', id: 1, method: 'ping', params: [] }, 1],
    ['an id that is null', ping(null), undefined],
    ['an id that is fractional', ping(1.5), undefined],
    ['an id that is an object', ping({}), undefined],
    ['an id that is a boolean', ping(true), undefined],
    ['an answer to a question that nobody asked', { jsonrpc: '2.0', id: 1, result: {} }, undefined],
  ])('answers 400 and -32600 to %s', async (_what, payload, id) => {
    const { status, body } = await server().send(payload);
    expect(status).toBe(400);
    expect(body?.error?.code).toBe(-32600);
    expect(body?.id).toBe(id);
  });

  it.each([0, -1, 'a', ''])('echoes the id %j', async (id) => {
    const { body } = await server().send(ping(id));
    expect(body).toEqual({ jsonrpc: '2.0', id, result: {} });
  });

  it('says nothing to notifications, known or not', async () => {
    for (const method of ['notifications/initialized', 'notifications/unheard-of']) {
      expect(await server().send({ jsonrpc: '2.0', method })).toMatchObject({ status: 202, text: '' });
    }
  });
});

describe('negotiating the revision', () => {
  const initialize = (protocolVersion: unknown): object =>
    requestOf('2025-11-25', 'initialize', {
      protocolVersion,
      capabilities: {},
      clientInfo: { name: 't', version: '1' },
    });

  it.each([
    ['2025-11-25', '2025-11-25'],
    ['2025-06-18', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['2024-11-05', '2024-11-05'],
    ['2024-10-07', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    ['1.0', '2025-11-25'],
  ])('answers initialize with %s by %s', async (requested, agreed) => {
    const { body } = await server().send(initialize(requested));
    expect(body?.result).toMatchObject({
      protocolVersion: agreed,
      capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
      instructions: 'Use it.',
    });
  });

  it('refuses initialize without a version', async () => {
    const { body } = await server().send(initialize(undefined));
    expect(body?.error).toMatchObject({ code: -32602, message: 'Invalid params: protocolVersion must be a string' });
  });

  it('shows serverInfo as far as the revision knows its members', async () => {
    const infoOf = async (version: string): Promise<unknown> =>
      (await server().send(initialize(version))).body?.result?.['serverInfo'];
    expect(await infoOf('2025-03-26')).toEqual({ name: 'example', version: '1.2.3' });
    expect(await infoOf('2025-06-18')).toEqual({ name: 'example', version: '1.2.3', title: 'Example' });
    expect(Object.keys((await infoOf('2025-11-25')) as object)).toEqual([
      'name',
      'version',
      'title',
      'websiteUrl',
      'icons',
    ]);
  });

  it('serves what calls itself 2024-11-05 by 2025-03-26, in later requests too', async () => {
    const request = requestOf('2025-03-26', 'tools/list');
    const early = await server().send(request, { header: '2024-11-05' });
    expect(early.status).toBe(200);
    expect(early.text).toBe((await server().send(request, { header: '2025-03-26' })).text);
  });

  it('does not grant 2024-11-05 where 2025-03-26 is not spoken', async () => {
    const newer = new TestServer(exampleRegistry(), { protocolVersions: ['2025-06-18'] });
    expect((await newer.send(initialize('2024-11-05'))).body?.result).toMatchObject({ protocolVersion: '2025-06-18' });
    const { body } = await newer.send(requestOf('2025-06-18', 'tools/list'), { header: '2024-11-05' });
    expect(body?.error).toMatchObject({ code: -32022 });
  });

  it('assumes the version that the transport assumes when a legacy request does not say', async () => {
    const { body } = await server().send(requestOf('2025-03-26', 'tools/list'));
    expect(JSON.stringify(body)).not.toContain('"title"');
  });

  it.each([['an unknown header', { header: '2031-01-01' }, requestOf('2026-07-28', 'tools/list'), '2026-07-28']])(
    'takes _meta at its word before %s',
    async (_what, delivery, request, version) => {
      expect((await server().send(request, delivery)).body?.result).toMatchObject({ resultType: 'complete' });
      expect(version).toBe('2026-07-28');
    },
  );

  it('answers 400 with all that it speaks to a version that it does not', async () => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': 'v999',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const request = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } };
    const { status, body } = await server().send(request, { header: 'v999' });
    expect(status).toBe(400);
    expect(body?.error).toEqual({
      code: -32022,
      message: 'Unsupported protocol version "v999". Supported: 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26',
      data: { supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'], requested: 'v999' },
    });
  });

  it('speaks only the revisions that it is told to', async () => {
    const modernOnly = new TestServer(exampleRegistry(), { protocolVersions: ['2026-07-28'] });
    const refused = await modernOnly.send(initialize('2025-11-25'));
    expect(refused.body?.error).toMatchObject({ code: -32022, data: { supported: ['2026-07-28'] } });
    const known = await modernOnly.send(requestOf('2025-11-25', 'tools/list'), { header: '2025-11-25' });
    expect(known).toMatchObject({ status: 400, body: { error: { code: -32022 } } });
    const legacyOnly = new TestServer(exampleRegistry(), { protocolVersions: ['2025-06-18'] });
    expect(await legacyOnly.call('2026-07-28', 'tools/list')).toMatchObject({
      status: 400,
      body: { error: { code: -32022, data: { supported: ['2025-06-18'], requested: '2026-07-28' } } },
    });
    expect((await legacyOnly.send(initialize('2025-11-25'))).body?.result).toMatchObject({
      protocolVersion: '2025-06-18',
    });
  });

  it.each([
    ['no _meta', {}],
    ['no version', { _meta: { 'io.modelcontextprotocol/clientCapabilities': {} } }],
    ['no capabilities', { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }],
  ])('answers 400 and -32602 to a modern request with %s', async (_what, params) => {
    const request = { jsonrpc: '2.0', id: 101, method: 'server/discover', params };
    const { status, body } = await server().send(request, { header: '2026-07-28' });
    expect({ status, id: body?.id, code: body?.error?.code }).toEqual({ status: 400, id: 101, code: -32602 });
  });

  it('runs the rules of the transport before it looks at the version', async () => {
    const checkMirrors = (): never => {
      throw new Error('reached');
    };
    const request = requestOf('2026-07-28', 'tools/list');
    const { body } = await server().send(request, {
      versions: { header: 'v999', assumed: '2025-03-26', checkMirrors },
    });
    expect(body?.error).toEqual({ code: -32603, message: 'Internal error' });
  });
});

describe('looking up the method', () => {
  it.each(['initialize', 'ping', 'logging/setLevel', 'resources/subscribe', 'unknown/method'])(
    'answers 404 and -32601 to %s in the modern era',
    async (method) => {
      const { status, body } = await server().call('2026-07-28', method);
      expect({ status, id: body?.id, code: body?.error?.code }).toEqual({ status: 404, id: 1, code: -32601 });
    },
  );

  it('answers 200 and -32601 in the legacy eras', async () => {
    const { status, body } = await server().call('2025-11-25', 'server/discover');
    expect({ status, code: body?.error?.code }).toEqual({ status: 200, code: -32601 });
  });

  it.each(['tools/list', 'tools/call', 'prompts/get', 'resources/read', 'completion/complete'])(
    'does not know %s when there is nothing behind it',
    async (method) => {
      const empty = new TestServer(createRegistry({ name: 'empty', version: '1.0.0' }));
      expect((await empty.call('2026-07-28', method)).body?.error?.code).toBe(-32601);
      const { body } = await empty.call('2026-07-28', 'server/discover');
      expect(body?.result).toMatchObject({ capabilities: {} });
    },
  );
});

describe('batches', () => {
  it('answers each request of a 2025-03-26 batch, and no notification', async () => {
    const { status, body } = await server().send([
      ping(1),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      requestOf('2025-03-26', 'tools/call', { name: 'greet' }, 'b'),
      requestOf('2025-03-26', 'tools/call', { name: 'unknown' }, 3),
      { broken: true },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { id: 1, result: {} },
      { id: 'b', result: { content: [{ text: 'Hello' }] } },
      { id: 3, error: { code: -32602 } },
      { error: { code: -32600 } },
    ]);
  });

  it('says nothing to a batch of notifications', async () => {
    expect(await server().send([{ jsonrpc: '2.0', method: 'notifications/initialized' }])).toMatchObject({
      status: 202,
    });
  });

  it.each(versions.filter((version) => version !== '2025-03-26'))('does not know batches in %s', async (version) => {
    await expect(server().send([ping(1)], { header: version })).rejects.toMatchObject({ code: 'invalid_message' });
  });

  it.each([
    ['an empty batch', []],
    ['101 messages', Array.from({ length: 101 }, (_, id) => ping(id))],
  ])('refuses %s', async (_what, payload) => {
    await expect(server().send(payload)).rejects.toMatchObject({ code: 'invalid_message' });
  });

  it('authorizes every message before any is invoked', async () => {
    const invoked: string[] = [];
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('open', {}, () => invoked.push('open'));
    registry.tool('closed', { scopes: ['a'] }, () => invoked.push('closed'));
    const calls = ['open', 'closed'].map((name, id) => requestOf('2025-03-26', 'tools/call', { name }, id));
    await expect(new TestServer(registry).send(calls)).rejects.toMatchObject({ requiredScopes: ['a'] });
    expect(invoked).toEqual([]);
  });

  it('answers a refusal by a handler for its own message, since others have run', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('open', {}, () => 'done');
    registry.tool('late', {}, (_args, ctx) => {
      ctx.requireScopes('secret');
    });
    const calls = ['open', 'late'].map((name, id) => requestOf('2025-03-26', 'tools/call', { name }, id));
    const { body } = await new TestServer(registry).send(calls, { caller: callerWith() });
    expect(body).toMatchObject([
      { id: 0, result: { content: [{ text: 'done' }] } },
      { id: 1, error: { code: -32002, data: { requiredScopes: ['secret'] } } },
    ]);
  });
});

describe('a transport without words for refusals', () => {
  const registry = createRegistry({ name: 'test', version: '1.0.0' });
  registry.tool('delete', { scopes: ['notes:write'] }, () => 'deleted');
  const stdio = new TestServer(registry);
  const message = 'Insufficient scope for tool "delete": requires notes:write';

  it.each([
    ['2026-07-28', -32602],
    ['2025-11-25', -32002],
    ['2025-03-26', -32002],
  ] as const)('gets a JSON-RPC error that names the scopes, in %s with %d', async (version, code) => {
    const { body } = await stdio.call(version, 'tools/call', { name: 'delete' }, { refusalsAre: 'answered' });
    expect(body).toMatchObject({ id: 1, error: { code, message, data: { requiredScopes: ['notes:write'] } } });
  });

  it('gets one for a token that ended', async () => {
    const caller = { auth: authWith(['notes:write'], { expiresAt: 1 }), endpoint: undefined };
    const { body } = await stdio.call(
      '2026-07-28',
      'tools/call',
      { name: 'delete' },
      { caller, refusalsAre: 'answered' },
    );
    expect(body).toMatchObject({ id: 1, error: { code: -32600, message: 'The access token expired' } });
  });

  it('gets nothing for a notification that is refused', async () => {
    const caller = { auth: authWith([], { expiresAt: 1 }), endpoint: undefined };
    const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
    expect(await stdio.send(notification, { caller, refusalsAre: 'answered' })).toMatchObject({ status: 202 });
  });
});

describe('what the caller learns before it is authorized', () => {
  const ended = { auth: authWith([], { expiresAt: 1 }), endpoint: undefined };

  it.each([
    ['an unknown tool', requestOf('2026-07-28', 'tools/call', { name: 'unknown' })],
    ['an unknown method', requestOf('2026-07-28', 'unknown')],
    ['no message at all', 'hello'],
  ])('is nothing about %s when the token ended', async (_what, payload) => {
    await expect(server().send(payload, { caller: ended })).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('keeps an error of a scope function inside', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    const scopes = (): never => {
      throw new Error('password=hunter2');
    };
    registry.tool('run', { scopes }, () => 'done');
    const broken = new TestServer(registry);
    const { text } = await broken.call('2026-07-28', 'tools/call', { name: 'run' });
    expect(text).toContain('"code":-32603');
    expect(text).not.toContain('hunter2');
    expect(broken.reports).toHaveLength(1);
  });
});

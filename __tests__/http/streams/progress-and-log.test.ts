import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { LogLevel } from '../../../lib/registry/log-level.js';
import { createRegistry } from '../../../lib/index.js';
import { schemaErrors } from '../../support/published-schemas.js';
import { RunningEndpoint, closeEndpoints, jsonOf, legacyVersions, streamOf } from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
const withToken = { _meta: { progressToken: 'token-1' } };
const levelKey = 'io.modelcontextprotocol/logLevel';

function reporting() {
  const registry = createRegistry({ name: 'reports', version: '1.0.0' });
  registry.tool('steps', {}, async (_args, ctx) => {
    await ctx.progress(1, 3, 'one');
    await ctx.progress(2, 3);
    await ctx.progress(3);
    return 'done';
  });
  registry.tool('logs', {}, async (_args, ctx) => {
    await ctx.log('debug', 'fine-grained');
    await ctx.log('info', { rows: 3 }, 'database');
    await ctx.log('error', ['broken']);
    return 'done';
  });
  registry.tool('odd', {}, async (_args, ctx) => {
    for (const value of [5, 5, 4, NaN, Infinity, 6]) await ctx.progress(value, Infinity);
    return 'done';
  });
  return registry;
}

const notification = (method: string, params: object): object => ({ jsonrpc: '2.0', method, params });
const progress = (more: object): object =>
  notification('notifications/progress', { progressToken: 'token-1', ...more });

describe('progress: ctx.progress', () => {
  it('sends the token of its own request, in order, and then the answer, after which the stream ends', async () => {
    const endpoint = await RunningEndpoint.start(reporting());
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'steps', ...withToken }, { id: 'call-1' }));
    expect(await stream.rest()).toEqual([
      progress({ progress: 1, total: 3, message: 'one' }),
      progress({ progress: 2, total: 3 }),
      progress({ progress: 3 }),
      expect.objectContaining({ id: 'call-1', result: expect.objectContaining({ resultType: 'complete' }) }),
    ]);
  });

  it('sends nothing for a request without a token, which is answered with JSON', async () => {
    const endpoint = await RunningEndpoint.start(reporting());
    const response = await endpoint.modern('tools/call', { name: 'steps' });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await jsonOf(response)).toMatchObject({ id: 1, result: { content: [{ type: 'text', text: 'done' }] } });
  });

  it.each([null, 1.5, true, {}, ['a']])('sends nothing under a token that is none: %j', async (progressToken) => {
    const endpoint = await RunningEndpoint.start(reporting());
    const response = await endpoint.modern('tools/call', { name: 'steps', _meta: { progressToken } });
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('does not send a second value that is the same or smaller, nor one that is no number', async () => {
    const endpoint = await RunningEndpoint.start(reporting());
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'odd', ...withToken }));
    expect((await stream.rest()).slice(0, -1)).toEqual([progress({ progress: 5 }), progress({ progress: 6 })]);
  });

  it('sends nothing after the answer', async () => {
    const events = new EventEmitter();
    const registry = createRegistry({ name: 'late', version: '1.0.0' });
    registry.tool('late', {}, (_args, ctx) => {
      void once(events, 'answered').then(async () => {
        await ctx.progress(2);
        await ctx.log('error', 'too late');
        events.emit('reported');
      });
      return ctx.progress(1).then(() => 'done');
    });
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const first = streamOf(await session.call('late', withToken));
    const messages = await first.rest();
    const reported = once(events, 'reported');
    events.emit('answered');
    await reported;
    expect(messages.map(({ method }) => method)).toEqual(['notifications/progress', undefined]);
    // It was not stored for a replay either.
    const again = streamOf(await session.call('late', withToken, 2));
    const replay = await session.listen({ 'Last-Event-ID': String((await again.nextBlock())?.id) });
    expect((await streamOf(replay).rest()).map(({ id, method }) => id ?? method)).toEqual([
      'notifications/progress',
      2,
    ]);
  });

  it('keeps increasing when a handler is called again with the answers of a legacy client', async () => {
    const registry = createRegistry({ name: 'rounds', version: '1.0.0' });
    registry.tool('rounds', {}, async (_args, ctx) => {
      await ctx.progress(1);
      if (ctx.inputResponses === undefined) return ctx.inputRequired({ requests: { where: { method: 'roots/list' } } });
      await ctx.progress(2);
      return 'done';
    });
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities: { roots: {} } });
    const stream = streamOf(await session.call('rounds', withToken));
    expect(await stream.next()).toMatchObject({ params: { progress: 1 } });
    const question = await stream.next();
    await session.answer(question?.id, { result: { roots: [] } });
    expect((await stream.rest()).map(({ params, id }) => params?.['progress'] ?? id)).toEqual([2, 1]);
  });

  it('of two calls at once gives each its own, and none of the other', async () => {
    const registry = createRegistry({ name: 'twins', version: '1.0.0' });
    const events = new EventEmitter();
    registry.tool('twin', {}, async (_args, ctx) => {
      await ctx.progress(1, undefined, String(ctx.requestId));
      events.emit('there');
      await once(events, 'both');
      await ctx.log('info', ctx.requestId);
      await ctx.progress(2, undefined, String(ctx.requestId));
      return String(ctx.requestId);
    });
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const calls = ['a', 'b'].map(async (id) => {
      const there = once(events, 'there');
      const stream = streamOf(await session.call('twin', { _meta: { progressToken: `token-${id}` } }, id));
      await there.catch(() => undefined);
      return { id, stream };
    });
    const both = await Promise.all(calls);
    events.emit('both');
    for (const { id, stream } of both) {
      const messages = await stream.rest();
      expect(messages).toHaveLength(4);
      expect(messages.map(({ params }) => params?.['progressToken'] ?? params?.['data'])).toEqual([
        `token-${id}`,
        id,
        `token-${id}`,
        undefined,
      ]);
      expect(messages[3]).toMatchObject({ id, result: { content: [{ text: id }] } });
    }
  });
});

describe('logging: ctx.log', () => {
  it.each<[LogLevel | undefined, readonly unknown[]]>([
    [undefined, []],
    ['debug', ['fine-grained', { rows: 3 }, ['broken']]],
    ['info', [{ rows: 3 }, ['broken']]],
    ['error', [['broken']]],
    ['emergency', []],
  ])('sends a modern request with the level %s only what is at or above it', async (level, data) => {
    const endpoint = await RunningEndpoint.start(reporting());
    const meta = level === undefined ? {} : { _meta: { [levelKey]: level } };
    const response = await endpoint.modern('tools/call', { name: 'logs', ...meta });
    if (data.length === 0) {
      expect(response.headers.get('content-type')).toBe('application/json');
      return;
    }
    const messages = (await streamOf(response).rest()).slice(0, -1);
    expect(messages.map(({ method }) => method)).toEqual(data.map(() => 'notifications/message'));
    expect(messages.map(({ params }) => params?.['data'])).toEqual(data);
  });

  it('names the logger where the handler does', async () => {
    const endpoint = await RunningEndpoint.start(reporting());
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'logs', _meta: { [levelKey]: 'info' } }));
    expect(await stream.next()).toEqual(
      notification('notifications/message', { level: 'info', logger: 'database', data: { rows: 3 } }),
    );
  });

  it.each(['verbose', 7])('a modern request whose level is unknown gets -32602: %j', async (level) => {
    const endpoint = await RunningEndpoint.start(reporting());
    const response = await endpoint.modern('tools/call', { name: 'logs', _meta: { [levelKey]: level } });
    expect(await jsonOf(response)).toMatchObject({ error: { code: -32602 } });
  });

  it('refuses an unknown level and data that has no JSON, and nothing breaks when nobody awaits it', async () => {
    const registry = createRegistry({ name: 'careless', version: '1.0.0' });
    const circular: unknown[] = [];
    circular.push(circular);
    registry.tool('careless', {}, async (_args, ctx) => {
      for (const data of [undefined, () => 1, Symbol('s'), 1n, circular]) void ctx.log('info', data);
      void ctx.log('loud' as LogLevel, 'x');
      const refused = await Promise.allSettled([
        ctx.log('loud' as LogLevel, 'x'),
        ctx.log('info', undefined),
        ctx.log('info', 1n),
      ]);
      return refused.map(({ status }) => status).join(' ');
    });
    const endpoint = await RunningEndpoint.start(registry);
    const response = await endpoint.modern('tools/call', { name: 'careless', _meta: { [levelKey]: 'debug' } });
    expect(await jsonOf(response)).toMatchObject({ result: { content: [{ text: 'rejected rejected rejected' }] } });
  });

  it('says nothing of an error that a handler throws: it is in no log message to the client', async () => {
    const registry = createRegistry({ name: 'broken', version: '1.0.0' });
    registry.tool('break', {}, async (_args, ctx) => {
      await ctx.log('info', 'working');
      throw new Error('password=hunter2');
    });
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    await session.request('logging/setLevel', { level: 'debug' });
    const messages = await streamOf(await session.call('break')).rest();
    expect(JSON.stringify(messages)).not.toContain('hunter2');
    expect(messages).toHaveLength(2);
    expect(endpoint.errors).toEqual([new Error('password=hunter2')]);
  });

  it('writes line breaks of every kind into one event', async () => {
    const registry = createRegistry({ name: 'lines', version: '1.0.0' });
    const nasty = 'a\nb\r\nc\rd\u2028e\u2029f\n\ndata: forged\n\n: comment\u0085\u0000';
    registry.tool('lines', {}, async (_args, ctx) => {
      await ctx.log('info', nasty);
      await ctx.progress(1, 1, nasty);
      return nasty;
    });
    const endpoint = await RunningEndpoint.start(registry);
    const params = { name: 'lines', _meta: { ...withToken._meta, [levelKey]: 'info' } };
    const messages = await streamOf(await endpoint.modern('tools/call', params)).rest();
    expect(messages).toHaveLength(3);
    expect(messages[0]?.params?.['data']).toBe(nasty);
    expect(messages[1]?.params?.['message']).toBe(nasty);
    expect(messages[2]).toMatchObject({ result: { content: [{ text: nasty }] } });
  });

  it('is declared by initialize and server/discover', async () => {
    const endpoint = await RunningEndpoint.start(reporting(), { sessions: true });
    const discovered = await jsonOf(await endpoint.modern('server/discover'));
    expect(discovered).toMatchObject({ result: { capabilities: { logging: {} } } });
    for (const protocolVersion of legacyVersions) {
      const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'c', version: '1' } };
      const response = await endpoint.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      expect(await jsonOf(response)).toMatchObject({ result: { capabilities: { logging: {} } } });
    }
  });
});

describe('logging/setLevel', () => {
  it('decides in its session from then on; without it, a client gets info and above', async () => {
    const endpoint = await RunningEndpoint.start(reporting(), { sessions: true });
    const session = await endpoint.openSession();
    const levels = async () =>
      (await streamOf(await session.call('logs')).rest()).map(({ params }) => params?.['level']);
    expect(await levels()).toEqual(['info', 'error', undefined]);
    expect(await jsonOf(await session.request('logging/setLevel', { level: 'debug' }))).toMatchObject({ result: {} });
    expect(await levels()).toEqual(['debug', 'info', 'error', undefined]);
    await session.request('logging/setLevel', { level: 'error' });
    expect(await levels()).toEqual(['error', undefined]);
    const other = await endpoint.openSession();
    expect(await streamOf(await other.call('logs')).rest()).toHaveLength(3);
  });

  it.each(['verbose', 3, undefined])('with an unknown level gets -32602: %j', async (level) => {
    const endpoint = await RunningEndpoint.start(reporting(), { sessions: true });
    const session = await endpoint.openSession();
    expect(await jsonOf(await session.request('logging/setLevel', { level }))).toMatchObject({
      error: { code: -32602, message: 'Invalid params: level must be a level of log messages' },
    });
  });

  it('does not exist without sessions', async () => {
    const endpoint = await RunningEndpoint.start(reporting());
    const message = { jsonrpc: '2.0', id: 1, method: 'logging/setLevel', params: { level: 'info' } };
    expect(await jsonOf(await endpoint.post(message))).toMatchObject({ error: { code: -32601 } });
  });
});

describe('streaming', () => {
  it.each(['2026-07-28', ...legacyVersions] as const)(
    'every notification on a stream of %s fits the schema of its revision, which has no id there',
    async (version) => {
      const endpoint = await RunningEndpoint.start(reporting(), { sessions: true });
      const params = { _meta: { progressToken: 7, [levelKey]: 'debug' } };
      const streams =
        version === '2026-07-28'
          ? await Promise.all(['steps', 'logs'].map((name) => endpoint.modern('tools/call', { name, ...params })))
          : await endpoint
              .openSession(version)
              .then((session) => Promise.all(['steps', 'logs'].map((name) => session.call(name, params))));
      for (const [index, response] of streams.entries()) {
        const notifications = (await streamOf(response).rest()).slice(0, -1);
        expect(notifications.length).toBeGreaterThan(1);
        const definition = index === 0 ? 'ProgressNotification' : 'LoggingMessageNotification';
        for (const each of notifications) {
          expect(schemaErrors(version, definition, each)).toEqual([]);
          expect(each).not.toHaveProperty('id');
        }
      }
    },
  );
});

import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AccessDecision, LimitOptions } from '../../../lib/index.js';
import {
  ConfigurationError,
  ToolError,
  createRegistry,
  mcpRouter,
  memoryRevocationStore,
  revokeTokens,
} from '../../../lib/index.js';
import { issuer } from '../../support/mcp-app.js';
import type { EndpointOptions } from '../../support/running-endpoint.js';
import { RunningEndpoint, closeEndpoints, jsonOf, streamOf, until } from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
const bearer = async (subject: string, more: Parameters<typeof issuer.token>[0] = {}) => ({
  Authorization: `Bearer ${await issuer.token({ subject, clientId: 'cli', ...more })}`,
});

const inputSchema = { type: 'object', properties: { mode: { type: 'string' } }, required: ['mode'] } as const;

/** A tool that ends in every way there is; `events` says when it began, and lets it finish. */
function working(maxConcurrent?: number) {
  const events = new EventEmitter();
  const registry = createRegistry({ name: 'limits', version: '1.0.0' });
  const limit = maxConcurrent === undefined ? {} : { maxConcurrent };
  registry.tool('work', { inputSchema, timeoutMs: 600_000, ...limit }, async ({ mode }, ctx) => {
    if (mode === 'throw') throw new Error('broken');
    if (mode === 'fail') throw new ToolError('failed');
    if (mode === 'scopes') ctx.requireScopes('more');
    if (mode === 'ask') return ctx.inputRequired({ requests: {}, state: 1 });
    if (mode !== 'wait') return 'done';
    const finish = once(events, 'finish', { signal: ctx.signal });
    await ctx.progress(1);
    events.emit('begun');
    await finish;
    return 'done';
  });
  registry.tool('slow', { timeoutMs: 50, ...limit }, () => new Promise(() => undefined));
  return { registry, events };
}

const progressing = { _meta: { progressToken: 1 } };
const argumentsOf = (mode: string) => ({ name: 'work', arguments: { mode }, ...progressing });
type Headers = Readonly<Record<string, string>>;

// Whether the caller has its share or the tool has no room: places are freed in the same ways.
describe.each([
  ['the calls of a principal', undefined, { callsPerPrincipal: 1 }, 429, 'Too many calls of this caller are running'],
  ['the calls of a tool', 1, {}, 503, 'The tool has no room for another call at the moment'],
] as const)('a limit for %s', (_title, maxConcurrent, limits: LimitOptions, status, message) => {
  const start = async (options: EndpointOptions = {}) => {
    const { registry, events } = working(maxConcurrent);
    const endpoint = await RunningEndpoint.start(registry, { auth: {}, limits, ...options });
    const call = (mode: string, headers: Headers, signal?: AbortSignal) =>
      endpoint.modern('tools/call', argumentsOf(mode), { headers, ...(signal === undefined ? {} : { signal }) });
    const begin = async (headers: Headers, signal?: AbortSignal) => {
      const begun = once(events, 'begun');
      const response = await call('wait', headers, signal);
      await begun;
      return response;
    };
    const untilRoom = (headers: Headers) =>
      until('there is room again', async () => {
        const response = await call('now', headers);
        await response.text();
        return response.status === 200;
      });
    return { registry, events, endpoint, call, begin, untilRoom };
  };

  it('refuses what is beyond, with Retry-After, and lets it in when there is room', async () => {
    const { events, begin, call } = await start();
    const headers = await bearer('ada');
    const running = streamOf(await begin(headers));
    const refused = await call('now', headers);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([status, '1']);
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect(await jsonOf(refused)).toEqual({
      jsonrpc: '2.0',
      error: { code: -32603, message, data: { retryAfterSeconds: 1 } },
    });
    events.emit('finish');
    expect((await running.rest()).at(-1)).toMatchObject({ result: { content: [{ text: 'done' }] } });
    expect((await call('now', headers)).status).toBe(200);
  });

  it.each(['now', 'throw', 'fail', 'scopes', 'ask', 'malformed'])(
    'is not reached by calls that are over: %s',
    async (mode) => {
      const { endpoint, call } = await start({ onError: () => undefined });
      const headers = await bearer('ada');
      for (let count = 0; count < 3; count++) {
        const response =
          mode === 'malformed'
            ? await endpoint.modern('tools/call', { name: 'work', arguments: { mode: 1 } }, { headers })
            : await call(mode, headers);
        expect(response.status).toBe(mode === 'scopes' ? 403 : 200);
        await response.text();
      }
    },
  );

  it('is not reached by calls whose time was over', async () => {
    const { endpoint, untilRoom } = await start();
    const headers = await bearer('ada');
    for (let count = 0; count < 3; count++) {
      const timedOut = await endpoint.modern('tools/call', { name: 'slow' }, { headers });
      expect(await jsonOf(timedOut)).toMatchObject({ result: { isError: true } });
    }
    await untilRoom(headers);
  });

  it('is not reached by calls whose client went away', async () => {
    const { begin, untilRoom } = await start();
    const headers = await bearer('ada');
    for (let count = 0; count < 3; count++) {
      const client = new AbortController();
      await begin(headers, client.signal);
      client.abort();
      await untilRoom(headers);
    }
  });

  it('is not reached by calls that a session called off', async () => {
    const { endpoint, events, untilRoom } = await start({ sessions: true });
    const headers = await bearer('ada');
    const session = await endpoint.openSession('2025-11-25', { headers });
    for (const id of [5, 6]) {
      const begun = once(events, 'begun');
      const response = await session.call('work', argumentsOf('wait'), id);
      await begun;
      await session.notify('notifications/cancelled', { requestId: id });
      await response.text();
      await untilRoom(headers);
    }
  });

  it('is not reached by calls whose token was revoked', async () => {
    const revocation = memoryRevocationStore();
    const { begin, untilRoom } = await start({ auth: { stores: { revocation } }, keepAliveSeconds: 1 });
    const running = streamOf(await begin(await bearer('ada', { claims: { jti: 'one' } })));
    await revokeTokens(revocation, { issuer: issuer.issuer, tokenId: 'one' });
    expect((await running.rest()).at(-1)).toMatchObject({ error: { code: -32600 } });
    await untilRoom(await bearer('ada', { claims: { jti: 'two' } }));
  });

  it('is published as a decision, with who was refused what', async () => {
    const decisions: AccessDecision[] = [];
    const { events, begin, call } = await start({ auth: { onDecision: (decision) => decisions.push(decision) } });
    const headers = await bearer('ada');
    const running = await begin(headers);
    await call('now', headers);
    expect(decisions.at(-1)).toMatchObject({
      stage: 'limits',
      outcome: 'refused',
      code: maxConcurrent === undefined ? 'too_many_calls' : 'tool_busy',
      reason: message,
      method: 'tools/call',
      subject: 'ada',
      clientId: 'cli',
    });
    events.emit('finish');
    await running.text();
  });

  it('lets running calls end when the router is closed', async () => {
    const { endpoint, events, begin } = await start();
    const running = streamOf(await begin(await bearer('ada')));
    const closing = endpoint.router.close();
    events.emit('finish');
    expect((await running.rest()).at(-1)).toMatchObject({ result: { content: [{ text: 'done' }] } });
    await closing;
  });
});

describe('calls of a principal', () => {
  it('count for one subject with one client; another has a share of its own', async () => {
    const { registry, events } = working();
    const endpoint = await RunningEndpoint.start(registry, { auth: {}, limits: { callsPerPrincipal: 1 } });
    const begun = once(events, 'begun');
    const running = await endpoint.modern('tools/call', argumentsOf('wait'), { headers: await bearer('ada') });
    await begun;
    const statusOf = async (headers: Headers) =>
      (await endpoint.modern('tools/call', argumentsOf('now'), { headers })).status;
    expect(await statusOf(await bearer('ada'))).toBe(429);
    expect(await statusOf(await bearer('bob'))).toBe(200);
    expect(await statusOf(await bearer('ada', { clientId: 'other' }))).toBe(200);
    events.emit('finish');
    await running.text();
  });

  it('count together for all who did not sign in', async () => {
    const { registry, events } = working();
    const endpoint = await RunningEndpoint.start(registry, {
      auth: { allowAnonymous: true },
      limits: { callsPerPrincipal: 1 },
    });
    const begun = once(events, 'begun');
    const running = await endpoint.modern('tools/call', argumentsOf('wait'));
    await begun;
    expect((await endpoint.modern('tools/call', argumentsOf('now'))).status).toBe(429);
    const signedIn = { headers: await bearer('ada') };
    expect((await endpoint.modern('tools/call', argumentsOf('now'), signedIn)).status).toBe(200);
    events.emit('finish');
    await running.text();
  });

  it('do not keep a client from calling one off, or from answering', async () => {
    const { registry, events } = working();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true, limits: { callsPerPrincipal: 1 } });
    const session = await endpoint.openSession();
    const begun = once(events, 'begun');
    const running = await session.call('work', argumentsOf('wait'), 7);
    await begun;
    expect((await session.call('work', argumentsOf('now'), 8)).status).toBe(429);
    expect((await session.answer('nothing', { result: {} })).status).toBe(202);
    expect((await session.notify('notifications/cancelled', { requestId: 7 })).status).toBe(202);
    await running.text();
    expect((await session.call('work', argumentsOf('now'), 9)).status).toBe(200);
  });

  it('are decided about after scopes: who may not call learns nothing of how busy it is', async () => {
    const { registry, events } = working(1);
    registry.tool('secret', { scopes: ['more'], maxConcurrent: 1 }, () => 'secret');
    const endpoint = await RunningEndpoint.start(registry, { auth: {}, limits: { callsPerPrincipal: 1 } });
    const headers = await bearer('ada');
    const begun = once(events, 'begun');
    const running = await endpoint.modern('tools/call', argumentsOf('wait'), { headers });
    await begun;
    expect((await endpoint.modern('tools/call', { name: 'secret' }, { headers })).status).toBe(403);
    events.emit('finish');
    await running.text();
  });

  it('in a batch are answered each for itself', async () => {
    const { registry } = working();
    const endpoint = await RunningEndpoint.start(registry, { limits: { callsPerPrincipal: 1 } });
    const one = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: argumentsOf('now') });
    const response = await endpoint.post([one(1), one(2)], { 'MCP-Protocol-Version': '2025-03-26' });
    expect(await response.json()).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { code: -32603, data: { retryAfterSeconds: 1 } } },
    ]);
  });

  it('have no limit with false', async () => {
    const { registry, events } = working();
    const off = { callsPerPrincipal: false, streamsPerPrincipal: false, sessionsPerPrincipal: false } as const;
    const endpoint = await RunningEndpoint.start(registry, {
      limits: { ...off, bufferedBytes: false },
      sessions: true,
    });
    const begun = once(events, 'begun');
    const running = await endpoint.modern('tools/call', argumentsOf('wait'));
    await begun;
    expect((await endpoint.modern('tools/call', argumentsOf('now'))).status).toBe(200);
    expect((await (await endpoint.openSession()).call('work', argumentsOf('now'))).status).toBe(200);
    events.emit('finish');
    await running.text();
  });
});

describe('streams of a principal', () => {
  const listTools = { notifications: { toolsListChanged: true } };
  const start = async (options: EndpointOptions = {}) => {
    const { registry } = working();
    const limits = { streamsPerPrincipal: 1 };
    const endpoint = await RunningEndpoint.start(registry, { auth: {}, sessions: true, limits, ...options });
    const listen = async (headers: Headers) => {
      const response = await endpoint.modern('subscriptions/listen', listTools, { headers });
      return response;
    };
    const untilRoom = (headers: Headers) =>
      until('there is room again', async () => {
        const response = await listen(headers);
        await response.body?.cancel();
        return response.status === 200;
      });
    return { endpoint, listen, untilRoom };
  };

  it('get 429 and Retry-After beyond their limit, whichever era they are of', async () => {
    const { endpoint, listen, untilRoom } = await start();
    const headers = await bearer('ada');
    const stream = streamOf(await listen(headers));
    await stream.next();
    const session = await endpoint.openSession('2025-11-25', { headers });
    for (const refused of [await listen(headers), await session.listen()]) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
      expect(await jsonOf(refused)).toMatchObject({
        error: { code: -32603, message: 'Too many streams of this caller are open' },
      });
    }
    expect((await endpoint.modern('tools/call', argumentsOf('now'), { headers })).status).toBe(200);
    expect((await listen(await bearer('bob'))).status).toBe(200);
    await stream.cancel();
    await untilRoom(headers);
  });

  it('are let go of when their token is revoked', async () => {
    const revocation = memoryRevocationStore();
    const { listen, untilRoom } = await start({ auth: { stores: { revocation } }, keepAliveSeconds: 1 });
    const stream = streamOf(await listen(await bearer('ada', { claims: { jti: 'one' } })));
    await revokeTokens(revocation, { issuer: issuer.issuer, tokenId: 'one' });
    await stream.rest();
    await untilRoom(await bearer('ada', { claims: { jti: 'two' } }));
  });

  it('are let go of when their token ends', async () => {
    const { listen, untilRoom } = await start({ auth: { clockToleranceSeconds: 0 } });
    const stream = streamOf(await listen(await bearer('ada', { expiresIn: 2 })));
    await stream.rest();
    await untilRoom(await bearer('ada'));
  });

  it('are let go of when their session ends, and when the client leaves', async () => {
    const { endpoint, untilRoom } = await start();
    const headers = await bearer('ada');
    const session = await endpoint.openSession('2025-11-25', { headers });
    const stream = streamOf(await session.listen());
    await session.end();
    await stream.rest();
    await untilRoom(headers);
    const other = await endpoint.openSession('2025-11-25', { headers });
    await streamOf(await other.listen()).cancel();
    await untilRoom(headers);
  });

  it('that cannot be resumed take no place', async () => {
    const { endpoint, listen } = await start();
    const headers = await bearer('ada');
    const session = await endpoint.openSession('2025-11-25', { headers });
    expect((await session.listen({ 'Last-Event-ID': 'nonsense' })).status).toBe(404);
    expect((await session.listen({ 'Last-Event-ID': `${crypto.randomUUID()}_1` })).status).toBe(404);
    const stream = streamOf(await listen(headers));
    expect(await stream.next()).toMatchObject({ method: 'notifications/subscriptions/acknowledged' });
  });

  it('end when the router is closed', async () => {
    const { endpoint, listen } = await start();
    const stream = streamOf(await listen(await bearer('ada')));
    await stream.next();
    await endpoint.router.close();
    expect(await stream.rest()).toMatchObject([{ id: 1, result: { resultType: 'complete' } }]);
  });
});

describe('sessions of a principal', () => {
  const initialize = (endpoint: RunningEndpoint, headers: Headers) =>
    endpoint.post(
      {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
      },
      headers,
    );

  it('get 429 and Retry-After beyond their limit, until one of them is ended', async () => {
    const decisions: AccessDecision[] = [];
    const endpoint = await RunningEndpoint.start(working().registry, {
      auth: { onDecision: (decision) => decisions.push(decision) },
      sessions: true,
      limits: { sessionsPerPrincipal: 2 },
    });
    const headers = await bearer('ada');
    const session = await endpoint.openSession('2025-11-25', { headers });
    await endpoint.openSession('2025-11-25', { headers });
    const refused = await initialize(endpoint, headers);
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('mcp-session-id')]).toEqual([
      429,
      '60',
      null,
    ]);
    expect(decisions.at(-1)).toMatchObject({ stage: 'limits', code: 'too_many_sessions', method: 'initialize' });
    expect((await initialize(endpoint, await bearer('bob'))).status).toBe(200);
    await session.end();
    expect((await initialize(endpoint, headers)).status).toBe(200);
  });

  it('are given back by their idle time', async () => {
    const endpoint = await RunningEndpoint.start(working().registry, {
      sessions: { idleSeconds: 1 },
      limits: { sessionsPerPrincipal: 1 },
    });
    expect((await initialize(endpoint, {})).status).toBe(200);
    expect((await initialize(endpoint, {})).status).toBe(429);
    await until('the first has ended', async () => (await initialize(endpoint, {})).status === 200);
  });
});

describe('the option limits', () => {
  const registry = createRegistry({ name: 'limits', version: '1.0.0' });
  const codeOf = (make: () => unknown): string | undefined => {
    try {
      make();
      return undefined;
    } catch (error) {
      return error instanceof ConfigurationError ? error.message : String(error);
    }
  };

  it('takes whole numbers from 1, and false', () => {
    const wrong = (value: unknown) =>
      codeOf(() => mcpRouter(registry, { limits: { callsPerPrincipal: value as number } }));
    const text = 'mcpRouter: limits.callsPerPrincipal must be a whole number from 1, or false for no limit.';
    expect([0, -1, 1.5, Infinity, '5', true, undefined].map(wrong)).toEqual([
      text,
      text,
      text,
      text,
      text,
      text,
      undefined,
    ]);
    expect(codeOf(() => mcpRouter(registry, { limits: { call: 5 } as LimitOptions }))).toContain('there is no "call"');
  });

  it('maxConcurrent of a tool is a whole number from 1', () => {
    for (const maxConcurrent of [0, 0.5, Infinity]) {
      expect(() => registry.tool('wrong', { maxConcurrent }, () => 'x')).toThrow(
        'tool "wrong": maxConcurrent must be a whole number from 1. Leave it out for no limit.',
      );
    }
  });
});

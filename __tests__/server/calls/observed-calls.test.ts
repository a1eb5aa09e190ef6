import { tracingChannel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import type { CallRecord } from '../../../lib/index.js';
import { ToolError, createRegistry, mcpAuth, mcpRouter } from '../../../lib/index.js';
import { CallObservation } from '../../../lib/server/calls/call-observation.js';
import { serveStdio } from '../../../lib/stdio/index.js';
import { requestOf } from '../../support/dispatching.js';
import { authOptions, issuer, modern, notesRegistry, protectedApp } from '../../support/mcp-app.js';
import { withTasks } from '../../support/task-client.js';
import type { EndpointOptions } from '../../support/running-endpoint.js';
import { RunningEndpoint, closeEndpoints } from '../../support/running-endpoint.js';

const tokenFor = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });
const channel = tracingChannel<unknown, CallRecord>('express-mcp:call');

/** The events of the channel during some work. */
async function eventsOf(work: () => Promise<unknown>): Promise<readonly [string, CallRecord][]> {
  const events: [string, CallRecord][] = [];
  const note = (name: string) => (call: unknown) => events.push([name, call as CallRecord]);
  const listeners = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  };
  channel.subscribe(listeners);
  try {
    await work();
  } finally {
    channel.unsubscribe(listeners);
  }
  return events;
}

afterEach(closeEndpoints);

describe('onCall over HTTP', () => {
  it.each([
    [
      'tools/call',
      { name: 'read' },
      'notes:read',
      { outcome: 'ok', target: { kind: 'tool', name: 'read' }, isKnown: true },
    ],
    [
      'tools/call',
      { name: 'write' },
      'notes:read',
      { outcome: 'refused', errorCode: 'insufficient_scope', missingScopes: ['notes:write'], jsonRpcCode: undefined },
    ],
    [
      'tools/call',
      { name: 'purge' },
      'notes:read',
      { outcome: 'refused', errorCode: 'concealed', jsonRpcCode: -32602 },
    ],
    ['tools/call', { name: 'break' }, 'notes:read', { outcome: 'tool_error', errorCode: 'internal_error' }],
    ['tools/call', { name: 'none' }, 'notes:read', { outcome: 'error', errorCode: 'invalid_params', isKnown: false }],
    ['tools/call', { name: 'add', arguments: {} }, 'x', { outcome: 'tool_error', errorCode: 'invalid_params' }],
    ['prompts/get', { name: 'summary' }, 'notes:read', { outcome: 'ok', target: { kind: 'prompt', name: 'summary' } }],
    [
      'resources/read',
      { uri: 'notes://all' },
      'notes:read',
      { outcome: 'ok', target: { kind: 'resource', name: 'notes://all' } },
    ],
    ['tools/list', {}, 'notes:read', { outcome: 'ok', target: undefined, isKnown: true }],
    [
      'no/method',
      {},
      'notes:read',
      { outcome: 'error', errorCode: 'method_not_found', isKnown: false, jsonRpcCode: -32601 },
    ],
  ])('says of %s %j with %s how it ended', async (method, params, scope, expected) => {
    const calls: CallRecord[] = [];
    const app = protectedApp({ router: { onCall: (call) => calls.push(call) } });
    const response = await modern(app, method, params, await tokenFor(scope));
    expect(calls).toHaveLength(1);
    const [call] = calls;
    expect(call).toMatchObject({
      transport: 'http',
      method,
      requestId: 1,
      protocolVersion: '2026-07-28',
      client: { name: 'tests', version: '1.0.0' },
      sessionId: undefined,
      ...expected,
    });
    expect(call?.subject).toEqual(expect.any(String));
    expect(call?.clientId).toEqual(expect.any(String));
    expect(call?.durationMs).toBeGreaterThan(0);
    expect(call?.requestBytes).toBeGreaterThan(50);
    expect(call?.responseBytes).toBe(response.status === 403 ? undefined : Buffer.byteLength(response.text));
  });

  it('gives the reference of an internal error, the same as the client and onError', async () => {
    const calls: CallRecord[] = [];
    const references: string[] = [];
    const app = protectedApp({
      router: { onCall: (call) => calls.push(call), onError: (_error, { reference }) => references.push(reference) },
    });
    const { text } = await modern(app, 'tools/call', { name: 'break' }, await tokenFor('x'));
    expect(calls.map(({ reference }) => reference)).toEqual(references);
    expect(text).toContain(references[0]);
  });

  it('counts what the caller lacks for the whole endpoint as refused', async () => {
    const calls: CallRecord[] = [];
    const app = protectedApp({ auth: { requiredScopes: ['mcp'] }, router: { onCall: (call) => calls.push(call) } });
    const response = await modern(app, 'tools/call', { name: 'read' }, await tokenFor('other'));
    expect(response.status).toBe(403);
    expect(calls).toMatchObject([{ outcome: 'refused', missingScopes: ['mcp', 'notes:read'] }]);
  });

  it('has neither token nor argument nor result in what is logged, and nothing that forges a line', async () => {
    const calls: CallRecord[] = [];
    const app = protectedApp({ router: { onCall: (call) => calls.push(call) } });
    const headers = await tokenFor('x');
    const name = `x\n${'y'.repeat(5000)}`;
    await modern(
      app,
      'tools/call',
      { name, arguments: { secret: 'hunter2' } },
      { ...headers, 'Mcp-Name': '=?base64?eA==?=' },
    );
    const text = JSON.stringify(calls);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(headers.Authorization.slice(7));
    expect(text).not.toContain('\\n');
    expect(text.length).toBeLessThan(2000);
  });

  it('survives a listener that throws or rejects, and reports it', async () => {
    const errors: unknown[] = [];
    const failures = [
      () => {
        throw new Error('broken');
      },
      () => Promise.reject(new Error('broken later')),
    ];
    for (const onCall of failures) {
      const app = protectedApp({ router: { onCall, onError: (error) => errors.push(error) } });
      expect((await modern(app, 'tools/call', { name: 'read' }, await tokenFor('notes:read'))).status).toBe(200);
    }
    await pause(1);
    expect(errors).toEqual([new Error('broken'), new Error('broken later')]);
  });

  it('refuses a listener that is no function', () => {
    expect(() => protectedApp({ router: { onCall: 'log' as never } })).toThrow('onCall must be a function');
  });

  it('tells of each request of a batch by itself, in a session', async () => {
    const calls: CallRecord[] = [];
    const endpoint = await RunningEndpoint.start(notesRegistry(), {
      sessions: true,
      onCall: (call) => calls.push(call),
    });
    const { headers } = await endpoint.openSession('2025-03-26');
    calls.length = 0;
    const batch = ['open', 'purge', 'none'].map((name, id) => requestOf('2025-03-26', 'tools/call', { name }, id));
    const response = await endpoint.post([...batch, { jsonrpc: '2.0', method: 'notifications/x' }], headers);
    expect(await response.json()).toHaveLength(3);
    expect(calls.map(({ requestId, outcome }) => [requestId, outcome]).sort()).toEqual([
      [0, 'ok'],
      [1, 'refused'],
      [2, 'error'],
    ]);
    expect(calls[0]?.sessionId).toBe(headers['Mcp-Session-Id']);
  });
});

describe('requests that are refused before they are dispatched', () => {
  const call = { method: 'tools/call', target: { kind: 'tool', name: 'write' }, isKnown: true };
  const legacyMessage = { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'write' } };
  const headersFor = (name: string) => ({
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': 'tools/call',
    'Mcp-Name': name,
  });

  async function callsOf(
    send: (endpoint: RunningEndpoint) => Promise<{ readonly status: number }>,
    options: EndpointOptions & { readonly isOpen?: boolean } = {},
  ): Promise<{ readonly status: number; readonly calls: readonly CallRecord[] }> {
    const calls: CallRecord[] = [];
    const { isOpen = false, ...given } = options;
    const endpoint = await RunningEndpoint.start(notesRegistry(), {
      ...(isOpen ? {} : { auth: {} }),
      ...given,
      onCall: (record) => calls.push(record),
    });
    const { status } = await send(endpoint);
    return { status, calls };
  }

  it('tells of a request without a token what its body says, when that came with it', async () => {
    const { status, calls } = await callsOf((endpoint) => endpoint.modern('tools/call', { name: 'write' }));
    expect(status).toBe(401);
    expect(calls).toMatchObject([
      { ...call, requestId: 1, protocolVersion: '2026-07-28', outcome: 'refused', errorCode: 'unauthorized' },
    ]);
    expect(calls[0]?.responseBytes).toBeUndefined();
  });

  it('tells of one with a bad token, and of older clients', async () => {
    const bad = { Authorization: 'Bearer nonsense' };
    const { status, calls } = await callsOf((endpoint) => endpoint.post(legacyMessage, bad));
    expect(status).toBe(401);
    expect(calls).toMatchObject([{ ...call, requestId: 5, outcome: 'refused', errorCode: 'invalid_token' }]);
    expect([calls[0]?.subject, calls[0]?.clientId]).toEqual([undefined, undefined]);
  });

  it('reads what a body parser of the app has read', async () => {
    const { status, calls } = await callsOf((endpoint) => endpoint.post(legacyMessage), { before: [express.json()] });
    expect(status).toBe(401);
    expect(calls).toMatchObject([{ requestId: 5, errorCode: 'unauthorized' }]);
  });

  it('goes by Mcp-Method and Mcp-Name when the body is still on its way, and does not wait for it', async () => {
    let finish: (() => void) | undefined;
    const { status, calls } = await callsOf(async ({ port }) => {
      const request = httpRequest({
        port,
        path: '/mcp',
        method: 'POST',
        headers: { ...headersFor('=?base64?d3JpdGU=?='), 'Content-Type': 'application/json', 'Content-Length': '1000' },
      });
      request.write('{"jsonrpc":');
      finish = () => request.destroy();
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      answer.resume();
      return { status: answer.statusCode ?? 0 };
    });
    finish?.();
    expect(status).toBe(401);
    expect(calls).toMatchObject([
      { ...call, requestId: undefined, protocolVersion: '2026-07-28', outcome: 'refused', requestBytes: undefined },
    ]);
  });

  it('says nothing of what is no JSON-RPC request, as far as one can see', async () => {
    const notification = { jsonrpc: '2.0', method: 'notifications/x' };
    expect((await callsOf((endpoint) => endpoint.post(notification))).calls).toEqual([]);
    const get = await callsOf((endpoint) => fetch(endpoint.url, { headers: headersFor('write') }));
    expect([get.status, get.calls]).toEqual([401, []]);
  });

  it.each([
    ['parse_error', 400, 'error', { body: '{"jsonrpc":' }],
    ['unsupported_media_type', 415, 'error', { 'Content-Type': 'text/plain' }],
    ['not_acceptable', 406, 'error', { Accept: 'text/html' }],
    ['forbidden_origin', 403, 'refused', { Origin: 'https://evil.example' }],
    ['header_mismatch', 400, 'error', { 'Mcp-Name': 'other' }],
  ] as const)('tells of %s', async (errorCode, expected, outcome, { body, ...wrong }: Record<string, string>) => {
    const token = await tokenFor('notes:read notes:write');
    const { status, calls } = await callsOf((endpoint) =>
      fetch(endpoint.url, {
        method: 'POST',
        body: body ?? JSON.stringify(requestOf('2026-07-28', 'tools/call', { name: 'write' }, 7)),
        headers: {
          Accept: 'application/json, text/event-stream',
          'Content-Type': 'application/json',
          ...token,
          ...headersFor('write'),
          ...wrong,
        },
      }),
    );
    expect(status).toBe(expected);
    expect(calls).toMatchObject([{ ...call, errorCode, outcome, requestId: body === undefined ? 7 : undefined }]);
  });

  it('tells of a missing session, of a closing router, and of each request of a batch that is refused as a whole', async () => {
    const options = { isOpen: true, sessions: true };
    const missing = await callsOf((endpoint) => endpoint.post(legacyMessage), options);
    expect(missing.calls).toMatchObject([{ ...call, errorCode: 'session_required', requestId: 5 }]);
    const closing = await callsOf(
      async (endpoint) => {
        await endpoint.router.close();
        return endpoint.post(legacyMessage);
      },
      { isOpen: true },
    );
    expect([closing.status, closing.calls.map(({ errorCode }) => errorCode)]).toEqual([503, ['shutting_down']]);
    const batch = [legacyMessage, { ...legacyMessage, id: 6 }, { jsonrpc: '2.0', method: 'notifications/x' }];
    const refused = await callsOf((endpoint) => endpoint.post(batch, { 'MCP-Protocol-Version': '2025-11-25' }), {
      isOpen: true,
    });
    expect(refused.calls.map(({ requestId, errorCode }) => [requestId, errorCode])).toEqual([
      [5, 'invalid_message'],
      [6, 'invalid_message'],
    ]);
    const initialize = { ...legacyMessage, id: 8, method: 'initialize' };
    const within = await callsOf(
      (endpoint) => endpoint.post([{ ...legacyMessage, params: { name: 'open' } }, initialize]),
      { isOpen: true },
    );
    expect(within.calls.map(({ requestId, errorCode }) => [requestId, errorCode]).sort()).toEqual([
      [5, undefined],
      [8, 'invalid_message'],
    ]);
  });

  it('leaves the body to who reads it afterwards', async () => {
    const bodies: unknown[] = [];
    const parse = express.json();
    const app = express();
    const guard = mcpAuth(authOptions());
    const router = mcpRouter(notesRegistry(), { onCall: () => undefined });
    const parseAndAnswer: express.ErrorRequestHandler = (_error, incoming, response, _next) => {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Express's own types of a request
      parse(incoming, response, () => {
        bodies.push(incoming.body);
        response.status(401).end();
      });
    };
    app.use(guard, router, parseAndAnswer);
    const response = await request(app).post('/mcp').send(legacyMessage);
    expect([response.status, bodies]).toEqual([401, [legacyMessage]]);
  });

  it('makes nothing, and waits for nothing, while nobody listens', async () => {
    const app = protectedApp();
    const made = jest.spyOn(CallObservation.prototype, 'begin');
    expect((await modern(app, 'tools/call', { name: 'write' })).status).toBe(401);
    expect((await modern(app, 'tools/call', { name: 'write' }, await tokenFor('x'))).status).toBe(403);
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });
});

describe('the channel express-mcp:call', () => {
  it('begins and ends each call once, and publishes an error for a failed one', async () => {
    const app = protectedApp();
    const headers = await tokenFor('notes:read');
    const events = await eventsOf(async () => {
      await modern(app, 'tools/call', { name: 'read' }, headers);
      await modern(app, 'tools/call', { name: 'write' }, headers);
      await modern(app, 'prompts/get', { name: 'summary' }, headers);
    });
    const [read, write, prompt] = [...new Set(events.map(([, call]) => call))];
    const namesOf = (call: CallRecord | undefined) => events.filter(([, each]) => each === call).map(([name]) => name);
    expect(namesOf(read)).toEqual(['start', 'end']);
    expect(namesOf(write)).toEqual(['start', 'error', 'end']);
    expect(namesOf(prompt)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
  });

  it('lets a subscriber decide within what the call runs, handler included', async () => {
    const within: string[] = [];
    let depth = 0;
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.tool('now', {}, () => {
      within.push(`handler at ${depth}`);
      return 'x';
    });
    const endpoint = await RunningEndpoint.start(registry);
    const listeners = {
      start: (call: unknown) => {
        (call as CallRecord).runWithin((work) => {
          depth++;
          try {
            return work();
          } finally {
            depth--;
          }
        });
      },
    } as Parameters<typeof channel.subscribe>[0];
    channel.subscribe(listeners);
    try {
      await endpoint.modern('tools/call', { name: 'now' });
    } finally {
      channel.unsubscribe(listeners);
    }
    expect(within).toEqual(['handler at 1']);
  });
});

describe('calls that end otherwise', () => {
  it('says of a handler that takes too long that it timed out, and of a client that went away that it was cancelled', async () => {
    const calls: CallRecord[] = [];
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.tool('slow', { timeoutMs: 20 }, () => new Promise(() => undefined));
    registry.prompt('slow', {}, () => new Promise<string>(() => undefined));
    let begun = (): void => undefined;
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    registry.tool('long', { timeoutMs: 60_000 }, async (_args, { signal }) => {
      begun();
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      throw signal.reason as Error;
    });
    registry.tool('fail', {}, () => {
      throw new ToolError('no');
    });
    const endpoint = await RunningEndpoint.start(registry, { timeoutMs: 30, onCall: (call) => calls.push(call) });
    for (const [method, name] of [
      ['tools/call', 'slow'],
      ['prompts/get', 'slow'],
      ['tools/call', 'fail'],
    ] as const) {
      await endpoint.modern(method, { name });
    }
    expect(calls.map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual([
      ['timed_out', 'timed_out'],
      ['timed_out', 'timed_out'],
      ['tool_error', undefined],
    ]);
    const leaving = new AbortController();
    const sent = endpoint.modern('tools/call', { name: 'long' }, { signal: leaving.signal });
    await running;
    leaving.abort();
    await expect(sent).rejects.toThrow();
    while (calls.length < 4) await pause(5);
    expect(calls[3]).toMatchObject({ outcome: 'cancelled', errorCode: undefined, responseBytes: 0 });
  });

  it('tells of stdio, too', async () => {
    const calls: CallRecord[] = [];
    const input = new PassThrough();
    const server = await serveStdio(notesRegistry(), {
      input,
      output: new PassThrough(),
      onCall: (call) => calls.push(call),
    });
    const line = JSON.stringify(requestOf('2026-07-28', 'tools/call', { name: 'write' }, 'a'));
    input.end(`${line}\n`);
    await server.closed;
    expect(calls).toMatchObject([
      {
        transport: 'stdio',
        requestId: 'a',
        outcome: 'refused',
        errorCode: 'insufficient_scope',
        sessionId: undefined,
        requestBytes: Buffer.byteLength(line),
      },
    ]);
    expect(calls[0]?.responseBytes).toBeGreaterThan(0);
  });
});

describe('runs of tasks and streams', () => {
  it('tells of the call that begins a task, of each run, and of requests about it with its tool', async () => {
    const calls: CallRecord[] = [];
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.tool('job', { task: 'required' }, () => 'done');
    registry.tool('bad', { task: 'required' }, () => {
      throw new ToolError('no');
    });
    const endpoint = await RunningEndpoint.start(registry, { onCall: (call) => calls.push(call) });
    for (const name of ['job', 'bad']) {
      const response = await endpoint.modern('tools/call', { name, _meta: withTasks });
      const { result } = (await response.json()) as { readonly result: { readonly taskId: string } };
      await endpoint.modern('tasks/get', { taskId: result.taskId, _meta: withTasks });
      while (!calls.some(({ taskId }) => taskId === result.taskId)) await pause(5);
    }
    const seen = calls.map(({ method, target, taskId, outcome }) => [
      method,
      target?.name,
      taskId !== undefined,
      outcome,
    ]);
    expect(seen).toHaveLength(6);
    expect(seen).toEqual(
      expect.arrayContaining([
        ['tools/call', 'job', false, 'ok'],
        ['tools/call', 'job', true, 'ok'],
        ['tasks/get', 'job', false, 'ok'],
        ['tools/call', 'bad', false, 'ok'],
        ['tools/call', 'bad', true, 'tool_error'],
      ]),
    );
  });

  it('ends the call of a stream when the stream is over', async () => {
    const calls: CallRecord[] = [];
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.tool('now', {}, () => 'x');
    const endpoint = await RunningEndpoint.start(registry, { onCall: (call) => calls.push(call) });
    const events = await eventsOf(async () => {
      const params = { notifications: { toolsListChanged: true } };
      const leaving = new AbortController();
      const left = await endpoint.modern('subscriptions/listen', params, { signal: leaving.signal });
      const kept = await endpoint.modern('subscriptions/listen', params, { id: 2 });
      expect([left.status, kept.status, calls.length]).toEqual([200, 200, 0]);
      leaving.abort();
      while (calls.length < 1) await pause(5);
      await endpoint.router.close();
      await kept.text();
    });
    expect(calls.map(({ requestId, outcome }) => [requestId, outcome])).toEqual([
      [1, 'cancelled'],
      [2, 'ok'],
    ]);
    expect(events.map(([name]) => name).sort()).toEqual(
      ['start', 'end', 'asyncStart', 'asyncEnd'].flatMap((name) => [name, name]).sort(),
    );
  });
});

import { tracingChannel } from 'node:diagnostics_channel';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../../lib/index.js';
import { ToolError, createRegistry } from '../../../lib/index.js';
import { serveStdio } from '../../../lib/stdio/index.js';
import { requestOf } from '../../support/dispatching.js';
import { issuer, modern, notesRegistry, protectedApp } from '../../support/mcp-app.js';
import { withTasks } from '../../support/task-client.js';
import { RunningEndpoint, closeEndpoints } from '../../support/running-endpoint.js';

const tokenFor = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });
const channel = tracingChannel<unknown, CallRecord>('express-mcp:call');

/** What the channel says while something happens. */
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

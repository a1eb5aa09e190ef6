import { describe, expect, it } from '@jest/globals';
import { Cancelling } from '../../../lib/server/cancellation/cancellation.js';
import { createRegistry, InsufficientScopeError, InvalidTokenError } from '../../../lib/index.js';
import type { ProtocolVersion } from '../../../lib/index.js';
import { TestServer, callerWith, connectionWith } from '../../support/dispatching.js';
import { exampleRegistry } from '../../support/example-registry.js';

function serverWith(
  handler: (args: unknown, ctx: { readonly signal: AbortSignal }) => unknown,
  definition = {},
): TestServer {
  const registry = createRegistry({ name: 'test', version: '1.0.0' });
  registry.tool('run', definition, handler);
  return new TestServer(registry, { timeoutMs: 40 });
}

async function run(server: TestServer, version: ProtocolVersion = '2026-07-28') {
  const { body } = await server.call(version, 'tools/call', { name: 'run' });
  return body?.result;
}

const text = (value: string) => [{ type: 'text', text: value }];

describe('tools/call', () => {
  it.each([
    ['text', 'done', text('done')],
    ['a plain value as JSON', { a: [1] }, text('{"a":[1]}')],
    ['an object that has a content member among others', { id: 1, content: 'x' }, text('{"id":1,"content":"x"}')],
    ['a result whose content is a text', { content: 'x' }, text('x')],
    ['nothing', undefined, []],
    ['null', null, text('null')],
    ['a full result', { content: text('full') }, text('full')],
  ])('gives back %s', async (_what, returned, content) => {
    expect(await run(serverWith(() => returned))).toMatchObject({ resultType: 'complete', content });
  });

  it('gives back structured content, and the same as text', async () => {
    const { body } = await new TestServer(exampleRegistry()).call('2025-06-18', 'tools/call', {
      name: 'add',
      arguments: { a: 1, b: 2 },
    });
    expect(body?.result).toEqual({ content: text('{"sum":3}'), structuredContent: { sum: 3 } });
  });

  it('leaves out structured content that the revision does not know', async () => {
    const server = new TestServer(exampleRegistry());
    const add = await server.call('2025-03-26', 'tools/call', { name: 'add', arguments: { a: 1, b: 2 } });
    expect(add.body?.result).toEqual({ content: text('{"sum":3}') });
    const list = await server.call('2025-11-25', 'tools/call', { name: 'list_numbers' });
    expect(list.body?.result).toEqual({ content: text('[1,2,3]') });
    const modern = await server.call('2026-07-28', 'tools/call', { name: 'list_numbers' });
    expect(modern.body?.result).toMatchObject({ structuredContent: [1, 2, 3] });
  });

  it('shows a resource link as text where the revision has none', async () => {
    const { body } = await new TestServer(exampleRegistry()).call('2025-03-26', 'tools/call', { name: 'all_content' });
    expect(body?.result?.['content']).toContainEqual({ type: 'text', text: 'text: example://text' });
  });

  it('tells the model about invalid arguments, with the path, since 2025-11-25', async () => {
    for (const version of ['2026-07-28', '2025-11-25'] as const) {
      const { status, body } = await new TestServer(exampleRegistry()).call(version, 'tools/call', {
        name: 'add',
        arguments: { a: 1, b: 'two' },
      });
      expect(status).toBe(200);
      expect(body?.result).toMatchObject({ isError: true });
      expect(JSON.stringify(body?.result)).toMatch(/Invalid arguments for tool \\"add\\": .*\/b.*must be number/);
    }
  });

  it('tells the client about invalid arguments, with the path, before 2025-11-25', async () => {
    for (const version of ['2025-06-18', '2025-03-26'] as const) {
      const { status, body } = await new TestServer(exampleRegistry()).call(version, 'tools/call', {
        name: 'add',
        arguments: { a: 1, b: 'two' },
      });
      expect(status).toBe(200);
      expect(body?.error).toMatchObject({ code: -32602, data: { issues: [{ path: '/b' }] } });
    }
  });

  it('refuses arguments for a tool without an input schema', async () => {
    const { body } = await new TestServer(exampleRegistry()).call('2026-07-28', 'tools/call', {
      name: 'greet',
      arguments: { loud: true },
    });
    expect(body?.result).toMatchObject({ isError: true });
  });

  it.each(['text', 7, ['a']])('refuses arguments that are no object: %j', async (args) => {
    const { body } = await new TestServer(exampleRegistry()).call('2026-07-28', 'tools/call', {
      name: 'greet',
      arguments: args,
    });
    expect(body?.error).toEqual({ code: -32602, message: 'Invalid params: arguments must be an object' });
  });

  it('hands a ToolError to the model', async () => {
    const { body } = await new TestServer(exampleRegistry()).call('2026-07-28', 'tools/call', { name: 'fail' });
    expect(body?.result).toMatchObject({ isError: true, content: text('The oven is cold. Heat it first.') });
  });

  it('keeps any other error inside, and gives a reference to it', async () => {
    const server = new TestServer(exampleRegistry());
    const { text: answer, body } = await server.call('2026-07-28', 'tools/call', { name: 'break' });
    expect(answer).not.toContain('hunter2');
    const [report] = server.reports;
    expect(report).toMatchObject({ method: 'tools/call', target: 'break', error: { message: 'password=hunter2' } });
    expect(body?.result).toMatchObject({
      isError: true,
      content: text(`Internal error. Reference: ${report?.reference ?? ''}`),
    });
  });

  it('keeps what does not fit the output schema inside', async () => {
    const server = serverWith(() => ({ sum: 'three' }), {
      outputSchema: { type: 'object', properties: { sum: { type: 'number' } } },
    });
    expect(await run(server)).toMatchObject({ isError: true });
    expect(String(server.reports[0]?.error)).toContain('/sum');
  });

  it('does not demand structured content of a call that failed', async () => {
    const failed = { content: text('no luck'), isError: true };
    const server = serverWith(() => failed, { outputSchema: { type: 'object' } });
    expect(await run(server)).toMatchObject(failed);
  });

  it('gives up after the time limit and aborts the signal', async () => {
    const signals: AbortSignal[] = [];
    const server = serverWith(async (_args, ctx) => {
      signals.push(ctx.signal);
      await new Promise((resolve) => setTimeout(resolve, 200).unref());
    });
    expect(await run(server)).toMatchObject({ isError: true, content: text('The request took longer than 40 ms') });
    expect(signals[0]?.aborted).toBe(true);
  });

  it("lets a tool's own time limit count", async () => {
    const handler = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 80));
      return 'done';
    };
    expect(await run(serverWith(handler, { timeoutMs: 1000 }))).toMatchObject({ content: text('done') });
  });

  it('survives an onError hook that throws', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('run', {}, () => {
      throw new Error('inside');
    });
    const server = new TestServer(registry);
    server.reports.push = () => {
      throw new Error('the log is full');
    };
    expect(await run(server)).toMatchObject({ isError: true });
  });

  it('completes a refusal by the handler with the scopes of the operation', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('open', { scopes: ['read'] }, (_args, ctx) => {
      ctx.requireScopes('secret');
      return 'opened';
    });
    registry.tool('upstream', {}, () => {
      throw new InsufficientScopeError({ requiredScopes: ['mail'] });
    });
    const server = new TestServer(registry);
    const params = { name: 'open' };
    await expect(server.call('2026-07-28', 'tools/call', params, { caller: callerWith('read') })).rejects.toMatchObject(
      {
        requiredScopes: ['read', 'secret'],
        target: { kind: 'tool', name: 'open' },
      },
    );
    const { body } = await server.call('2026-07-28', 'tools/call', params, { caller: callerWith('read', 'secret') });
    expect(body?.result).toMatchObject({ content: text('opened') });
    await expect(server.call('2026-07-28', 'tools/call', { name: 'upstream' })).rejects.toMatchObject({
      requiredScopes: ['mail'],
    });
  });

  it('lets other OAuth errors of a handler pass', async () => {
    const server = serverWith(() => {
      throw new InvalidTokenError('The upstream does not know this token');
    });
    await expect(server.call('2026-07-28', 'tools/call', { name: 'run' })).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  it('cuts an unknown name in the message to 100 characters', async () => {
    const name = 'x'.repeat(5000);
    const { body } = await new TestServer(exampleRegistry()).call('2026-07-28', 'tools/call', { name });
    expect(body?.error).toEqual({ code: -32602, message: `Unknown tool: "${'x'.repeat(100)}…"` });
  });

  it('gives handlers their context', async () => {
    const seen: unknown[] = [];
    const registry = createRegistry({ name: 'test', version: '1.0.0' }, { state: { pool: 'db' } });
    registry.tool('look', {}, (_args, ctx) => {
      const { auth, client, protocolVersion, request, requestId, state } = ctx;
      seen.push({ subject: auth?.subject, client, protocolVersion, request, requestId, state });
    });
    const server = new TestServer(registry);
    const transportRequest = { url: '/mcp' };
    await server.call('2026-07-28', 'tools/call', { name: 'look' }, { caller: callerWith('a'), transportRequest });
    await server.call(
      '2025-06-18',
      'tools/call',
      { name: 'look' },
      {
        connection: connectionWith({ clientInfo: { name: 'old', version: '0.1' }, capabilities: { roots: {} } }),
      },
    );
    await server.call('2025-03-26', 'tools/call', { name: 'look' });
    expect(seen).toEqual([
      {
        subject: 'user-1',
        client: { name: 'tests', version: '1.0.0', capabilities: {}, extensions: {} },
        protocolVersion: '2026-07-28',
        request: transportRequest,
        requestId: 1,
        state: { pool: 'db' },
      },
      {
        subject: undefined,
        client: { name: 'old', version: '0.1', capabilities: { roots: {} }, extensions: {} },
        protocolVersion: '2025-06-18',
        request: undefined,
        requestId: 1,
        state: { pool: 'db' },
      },
      {
        subject: undefined,
        client: { name: undefined, version: undefined, capabilities: {}, extensions: {} },
        protocolVersion: '2025-03-26',
        request: undefined,
        requestId: 1,
        state: { pool: 'db' },
      },
    ]);
  });

  it('aborts the signal of a modern call when the client goes away, and not of a legacy one', async () => {
    const seen: boolean[] = [];
    const server = serverWith((_args, ctx) => {
      seen.push(ctx.signal.aborted);
    });
    const disconnect = new Cancelling();
    disconnect.cancel();
    await server.call('2026-07-28', 'tools/call', { name: 'run' }, { disconnect });
    await server.call('2025-11-25', 'tools/call', { name: 'run' }, { disconnect });
    expect(seen).toEqual([true, false]);
  });
});

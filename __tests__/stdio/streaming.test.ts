import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { requestOf } from '../support/dispatching.js';
import type { JsonRpcMessage } from '../support/running-endpoint.js';
import { until } from '../support/running-endpoint.js';

const handshake = {
  protocolVersion: '2025-11-25',
  capabilities: { elicitation: {}, roots: {} },
  clientInfo: { name: 'c', version: '1' },
};
const requestedSchema = { type: 'object', properties: {} };

async function serving() {
  const events = new EventEmitter();
  const errors: unknown[] = [];
  const registry = createRegistry({ name: 'stdio', version: '1.0.0' });
  registry.resource('notes://one', {}, () => 'one');
  registry.resource('notes://two', {}, () => 'two');
  registry.tool('wait', { timeoutMs: 600_000 }, async (_args, ctx) => {
    const aborted = once(ctx.signal, 'abort');
    events.emit('begun');
    await aborted;
    events.emit('over', ctx.signal.reason);
    throw ctx.signal.reason;
  });
  registry.tool('ask', { timeoutMs: 600_000 }, (_args, ctx) => {
    const params = { message: 'Sure?', requestedSchema };
    if (ctx.inputResponses !== undefined) return JSON.stringify(ctx.inputResponses);
    return ctx.inputRequired({ requests: { sure: { method: 'elicitation/create', params } } });
  });
  const [input, output] = [new PassThrough(), new PassThrough()];
  const server = await serveStdio(registry, { input, output, onError: (error) => errors.push(error) });
  const received: JsonRpcMessage[] = [];
  let text = '';
  output.on('data', (chunk: Buffer) => {
    const lines = (text + String(chunk)).split('\n');
    text = lines.pop() ?? '';
    received.push(...lines.map((line) => JSON.parse(line) as JsonRpcMessage));
  });
  const send = (message: object): void => void input.write(`${JSON.stringify(message)}\n`);
  const receive = async (index: number): Promise<JsonRpcMessage | undefined> => {
    await until(`message ${String(index)} is there`, () => received.length > index);
    return received[index];
  };
  const notify = (method: string, params: object = {}): void => {
    send({ jsonrpc: '2.0', method, params });
  };
  return { errors, events, input, notify, output, receive, received, registry, send, server };
}

describe('subscriptions over stdio', () => {
  it('closing a server sends notifications/cancelled with the id of each subscriptions/listen, and then its result', async () => {
    const { input, receive, received, registry, send, server } = await serving();
    for (const id of ['a', 'b']) {
      send(requestOf('2026-07-28', 'subscriptions/listen', { notifications: { toolsListChanged: true } }, id));
    }
    await receive(1);
    registry.tool('new', {}, () => 'new');
    await receive(3);
    input.end();
    await server.closed;
    const key = 'io.modelcontextprotocol/subscriptionId';
    const subscriptionOf = ({ params }: JsonRpcMessage): unknown =>
      (params?.['_meta'] as Readonly<Record<string, unknown>> | undefined)?.[key];
    expect(received.slice(0, 4).map((message) => [message.method, subscriptionOf(message)])).toEqual([
      ['notifications/subscriptions/acknowledged', 'a'],
      ['notifications/subscriptions/acknowledged', 'b'],
      ['notifications/tools/list_changed', 'a'],
      ['notifications/tools/list_changed', 'b'],
    ]);
    const end = received.slice(4);
    expect(end.flatMap(({ method, params }) => (method === undefined ? [] : [[method, params]]))).toEqual([
      ['notifications/cancelled', { requestId: 'a' }],
      ['notifications/cancelled', { requestId: 'b' }],
    ]);
    expect(end.flatMap(({ id }) => id ?? [])).toEqual(['a', 'b']);
  });

  it('a legacy client hears of changes after notifications/initialized, and of resources that it subscribed to', async () => {
    const { notify, input, receive, received, registry, send, server } = await serving();
    send(requestOf('2025-11-25', 'initialize', handshake, 'i'));
    await receive(0);
    registry.tool('before', {}, () => 'before');
    notify('notifications/initialized');
    send(requestOf('2025-11-25', 'resources/subscribe', { uri: 'notes://one' }, 's'));
    await receive(1);
    registry.resourceUpdated('notes://two');
    registry.resourceUpdated('notes://one');
    expect(await receive(2)).toMatchObject({
      method: 'notifications/resources/updated',
      params: { uri: 'notes://one' },
    });
    send(requestOf('2025-11-25', 'resources/unsubscribe', { uri: 'notes://one' }, 'u'));
    await receive(3);
    registry.resourceUpdated('notes://one');
    registry.tool('after', {}, () => 'after');
    expect(await receive(4)).toEqual({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    input.end();
    await server.closed;
    registry.tool('late', {}, () => 'late');
    await new Promise(setImmediate);
    expect(received).toHaveLength(5);
  });
});

describe('cancellation over stdio', () => {
  it.each(['2026-07-28', '2025-11-25'] as const)(
    'of a request of %s aborts ctx.signal with the reason of the client; nothing is answered',
    async (version) => {
      const { errors, events, input, notify, received, send, server } = await serving();
      const begun = once(events, 'begun');
      send(requestOf(version, 'tools/call', { name: 'wait' }, 'w'));
      await begun;
      const over = once(events, 'over');
      notify('notifications/cancelled', { requestId: 'other' });
      notify('notifications/cancelled', { requestId: 'w', reason: 'enough' });
      expect(await over).toEqual([new DOMException('The client called the request off: "enough"', 'AbortError')]);
      input.end();
      await server.closed;
      expect([received, errors]).toEqual([[], []]);
    },
  );

  it('close() calls off what runs', async () => {
    const { errors, events, received, send, server } = await serving();
    const begun = once(events, 'begun');
    send(requestOf('2026-07-28', 'tools/call', { name: 'wait' }, 'w'));
    await begun;
    await server.close();
    await server.close();
    expect([received, errors]).toEqual([[], []]);
  });

  it('an output that breaks ends the server', async () => {
    const { events, output, send, server } = await serving();
    const begun = once(events, 'begun');
    send(requestOf('2025-11-25', 'tools/call', { name: 'wait' }, 'w'));
    await begun;
    output.destroy(new Error('EPIPE'));
    await server.closed;
    expect(events.listenerCount('over')).toBe(0);
  });
});

describe('questions over stdio', () => {
  it('are asked on the one channel, and given up when the input ends, now and later', async () => {
    const { input, receive, received, send, server } = await serving();
    send(requestOf('2025-11-25', 'initialize', handshake, 'i'));
    await receive(0);
    send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    send(requestOf('2025-11-25', 'tools/call', { name: 'ask' }, 'first'));
    const question = await receive(1);
    send({ jsonrpc: '2.0', id: question?.id, result: { action: 'accept' } });
    expect(await receive(2)).toMatchObject({
      id: 'first',
      result: { content: [{ text: '{"sure":{"action":"accept"}}' }] },
    });
    send(requestOf('2025-11-25', 'tools/call', { name: 'ask' }, 'second'));
    await receive(3);
    send(requestOf('2025-11-25', 'tools/call', { name: 'ask' }, 'third'));
    input.end();
    await server.closed;
    const answers = received.slice(4).filter(({ method }) => method === undefined);
    expect(answers.map(({ id }) => id)).toEqual(['second', 'third']);
    for (const { result } of answers) expect(result).toMatchObject({ isError: true });
  });
});

describe('a client that does not read', () => {
  it('holds up a handler that awaits ctx.progress until it reads', async () => {
    const registry = createRegistry({ name: 'floods', version: '1.0.0' });
    let sent = 0;
    registry.tool('flood', {}, async (_args, ctx) => {
      for (; sent < 100; sent++) await ctx.progress(sent, undefined, 'x'.repeat(10_000));
      return 'done';
    });
    const [input, output] = [new PassThrough(), new PassThrough()];
    const server = await serveStdio(registry, { input, output });
    const message = requestOf('2026-07-28', 'tools/call', { name: 'flood', _meta: { progressToken: 1 } });
    input.end(`${JSON.stringify(message)}\n`);
    await until('something was sent', () => sent > 0);
    for (let count = 0; count < 20; count++) await new Promise(setImmediate);
    expect(sent).toBeLessThan(20);
    output.resume();
    await server.closed;
    expect(sent).toBe(100);
  });
});

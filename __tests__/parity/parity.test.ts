import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ToolError, createRegistry } from '../../lib/index.js';
import { versions } from '../support/dispatching.js';
import type { JsonRpcMessage } from '../support/running-endpoint.js';
import { closeEndpoints } from '../support/running-endpoint.js';
import type { ParityClient } from './parity-clients.js';
import { transports } from './parity-clients.js';

afterEach(closeEndpoints);
const requestedSchema = { type: 'object', properties: {} };

function behaving() {
  const events = new EventEmitter();
  const registry = createRegistry({ name: 'parity', version: '1.0.0' });
  registry.tool('hello', {}, (_args, ctx) => `hello from ${ctx.protocolVersion}`);
  registry.tool('fail', {}, () => {
    throw new ToolError('No such note');
  });
  registry.tool('break', {}, () => {
    throw new Error('password=hunter2');
  });
  registry.tool('steps', {}, async (_args, ctx) => {
    await ctx.progress(1, 2, 'one');
    await ctx.progress(1);
    await ctx.progress(2, 2);
    return 'done';
  });
  registry.tool('logs', {}, async (_args, ctx) => {
    await ctx.log('info', 'little');
    await ctx.log('error', { much: true }, 'part');
    return 'done';
  });
  registry.tool('slow', { timeoutMs: 50 }, () => new Promise(() => undefined));
  registry.tool('wait', { timeoutMs: 600_000 }, async (_args, ctx) => {
    const aborted = once(ctx.signal, 'abort');
    events.emit('begun');
    await aborted;
    await ctx.progress(1);
    events.emit('over');
    throw ctx.signal.reason;
  });
  registry.tool('ask', {}, (_args, ctx) => {
    const params = { message: 'Sure?', requestedSchema };
    if (ctx.inputResponses === undefined) {
      return ctx.inputRequired({ requests: { sure: { method: 'elicitation/create', params } }, state: 'kept' });
    }
    return `${String(ctx.inputResponses['sure']?.['action'])} ${String(ctx.requestState)}`;
  });
  registry.tool('ask-too-much', {}, (_args, ctx) =>
    ctx.inputRequired({ requests: { x: { method: 'sampling/createMessage', params: {} } } }),
  );
  return { registry, events };
}

/** The parts that are the same in every revision: method and params of messages, text or code of the answer. */
function gist(messages: readonly JsonRpcMessage[]): unknown {
  return messages.map(({ method, params, result, error }) => {
    if (method !== undefined) return { method, params };
    if (error !== undefined) return { error: error.message };
    const content = (result?.['content'] ?? []) as readonly { readonly text: string }[];
    const text = content.map((block) => block.text.replace(/[0-9a-f-]{36}/, '<reference>')).join();
    return result?.['isError'] === true ? { failed: text } : { text };
  });
}

type Act = (client: ParityClient, events: EventEmitter, version: string) => Promise<unknown>;
const call =
  (name: string, meta: Readonly<Record<string, unknown>> = {}): Act =>
  async (client) =>
    gist(await client.exchange('tools/call', { name, _meta: meta }, 'call-1'));

/** Behaviours that do not depend on the transport: a client's actions, and the results. */
const behaviours: readonly (readonly [string, Act, unknown])[] = [
  ['a tool that fails tells the model', call('fail'), [{ failed: 'No such note' }]],
  ['a tool that breaks tells a reference', call('break'), [{ failed: 'Internal error. Reference: <reference>' }]],
  ['a tool that is too slow is given up', call('slow'), [{ failed: 'The request took longer than 50 ms' }]],
  ['an unknown tool is an error', call('none'), [{ error: 'Unknown tool: "none"' }]],
  [
    'an unknown method is an error',
    async (client) => gist(await client.exchange('notes/none', {}, 'x')),
    [{ error: expect.stringContaining('notes/none') }],
  ],
  [
    'a call gets its progress and its answer',
    call('steps', { progressToken: 't' }),
    [
      { method: 'notifications/progress', params: { progressToken: 't', progress: 1, total: 2, message: 'one' } },
      { method: 'notifications/progress', params: { progressToken: 't', progress: 2, total: 2 } },
      { text: 'done' },
    ],
  ],
  ['a call without a token gets no progress', call('steps'), [{ text: 'done' }]],
  [
    'a call gets the log messages of the level that the client asked for',
    async (client, _events, version) => {
      const isModern = version === '2026-07-28';
      if (!isModern) await client.exchange('logging/setLevel', { level: 'error' }, 'level');
      return call('logs', isModern ? { 'io.modelcontextprotocol/logLevel': 'error' } : {})(client, _events, version);
    },
    [
      { method: 'notifications/message', params: { level: 'error', logger: 'part', data: { much: true } } },
      { text: 'done' },
    ],
  ],
  [
    'a call that is called off is aborted, and nothing is said about it any more',
    async (client, events) => {
      const begun = once(events, 'begun');
      const over = once(events, 'over');
      const params = { name: 'wait', _meta: { progressToken: 1 } };
      const messages = client.exchange('tools/call', params, 'call-1');
      await begun;
      await client.cancel('call-1');
      await over;
      return [gist(await messages), gist(await client.exchange('tools/call', { name: 'fail' }, 'call-2'))];
    },
    [[], [{ failed: 'No such note' }]],
  ],
  [
    'a handler that asks for input gets it, with what it kept',
    async (client, _events, version) => {
      const params = { name: 'ask', arguments: {} };
      const asked: unknown[] = [];
      const answer = (message: JsonRpcMessage): void => {
        if (message.method !== 'elicitation/create') return;
        asked.push(message.params);
        void client.answer(message.id, { action: 'decline' });
      };
      let messages = await client.exchange('tools/call', params, 'call-1', answer);
      const [first] = messages;
      if (version === '2026-07-28') {
        const { inputRequests, requestState } = first?.result ?? {};
        asked.push((inputRequests as Record<string, { params: unknown }>)['sure']?.params);
        const inputResponses = { sure: { action: 'decline' } };
        messages = await client.exchange('tools/call', { ...params, inputResponses, requestState }, 'call-2');
      }
      return [asked, gist(messages.slice(-1))];
    },
    [[{ message: 'Sure?', requestedSchema }], [{ text: 'decline kept' }]],
  ],
  [
    'a handler does not get to ask what the client did not declare',
    call('ask-too-much'),
    [{ error: 'The client does not declare a capability that this request needs' }],
  ],
];

describe.each(versions)('streaming in %s', (version) => {
  describe.each(Object.keys(transports))('over %s', (transport) => {
    it.each(behaviours)('%s', async (_name, act, expected) => {
      const { registry, events } = behaving();
      const client = await transports[transport]?.(registry, version);
      if (client === undefined) throw new Error(transport);
      expect(await act(client, events, version)).toEqual(expected);
      await client.close();
    });

    it('a handler knows which revision the client speaks', async () => {
      const client = await transports[transport]?.(behaving().registry, version);
      const messages = await client?.exchange('tools/call', { name: 'hello' }, 'x');
      expect(gist(messages ?? [])).toEqual([{ text: `hello from ${version}` }]);
      await client?.close();
    });
  });
});

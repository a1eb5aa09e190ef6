import { describe, expect, it, jest } from '@jest/globals';
import { neverCancelled } from '../../../lib/server/cancellation/cancellation.js';
import { createRegistry } from '../../../lib/index.js';
import type { InputRequest } from '../../../lib/registry/input-required.js';
import { InputRequired } from '../../../lib/registry/input-required.js';
import { StateSealer } from '../../../lib/sealing/state-sealer.js';
import { Dispatcher } from '../../../lib/server/dispatch/dispatcher.js';
import { memoryMessageBus } from '../../../lib/stores/message-bus.js';
import { memoryTaskStore } from '../../../lib/stores/memory-task-store.js';
import type { JsonRpcBody } from '../../support/dispatching.js';
import { TestServer, authWith, requestOf, silentOutbox, versions } from '../../support/dispatching.js';

const requestedSchema = { type: 'object', properties: {} };
const form: InputRequest = { method: 'elicitation/create', params: { message: 'Who?', requestedSchema } };
const declared = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, sampling: {}, roots: {} } };
const as = (subject: string) => ({ caller: { auth: authWith([], { subject }), endpoint: undefined } });

function asking() {
  const registry = createRegistry({ name: 'asks', version: '1.0.0' });
  const reached: unknown[] = [];
  for (const name of ['ask', 'other']) {
    registry.tool(name, { inputSchema: { type: 'object' } }, (_args, ctx) => {
      reached.push(ctx.requestState);
      if (ctx.inputResponses?.['who'] === undefined) {
        return ctx.inputRequired({ requests: { who: form }, state: { step: 1 } });
      }
      return JSON.stringify([ctx.inputResponses, ctx.requestState]);
    });
  }
  registry.resource('notes://ask', {}, (_uri, ctx) => {
    return ctx.inputResponses === undefined ? ctx.inputRequired({ requests: { who: form }, state: 1 }) : 'read';
  });
  return { registry, reached };
}

async function begin(server: TestServer, params: object = {}): Promise<string> {
  const { body } = await server.call(
    '2026-07-28',
    'tools/call',
    { name: 'ask', _meta: declared, ...params },
    as('ada'),
  );
  return String(body?.result?.['requestState']);
}

const retry = { name: 'ask', _meta: declared, inputResponses: { who: { action: 'accept' } } };
const invalidState = {
  error: {
    code: -32602,
    message: 'Invalid params: requestState is not valid for this request; start again without it',
  },
};

describe('multi-round input', () => {
  it('a handler that asks for input gives an input_required result with the requests, and goes on with the answers', async () => {
    const { registry } = asking();
    const server = new TestServer(registry);
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'ask', _meta: declared }, as('ada'));
    expect(body?.result).toMatchObject({ resultType: 'input_required', inputRequests: { who: form } });
    const requestState = body?.result?.['requestState'];
    expect(requestState).not.toContain('step');
    const done = await server.call('2026-07-28', 'tools/call', { ...retry, requestState }, as('ada'));
    expect(done.body).toMatchObject({
      result: { resultType: 'complete', content: [{ text: '[{"who":{"action":"accept"}},{"step":1}]' }] },
    });
  });

  it('a retry that leaves out an answer is asked again; one with a key that was not asked for is served as if it were not there', async () => {
    const server = new TestServer(asking().registry);
    const requestState = await begin(server);
    const lacking = { ...retry, requestState, inputResponses: { unknown: {} } };
    const again = await server.call('2026-07-28', 'tools/call', lacking, as('ada'));
    expect(again.body?.result).toMatchObject({ resultType: 'input_required', inputRequests: { who: form } });
  });

  it.each<[string, object, string]>([
    ['somebody else presents', {}, 'eve'],
    ['comes with another tool', { name: 'other' }, 'ada'],
    ['comes with other arguments', { arguments: { a: 1 } }, 'ada'],
  ])('a requestState that %s gets -32602, and reaches no handler', async (_what, more, subject) => {
    const { registry, reached } = asking();
    const server = new TestServer(registry);
    const requestState = await begin(server);
    const { body } = await server.call('2026-07-28', 'tools/call', { ...retry, requestState, ...more }, as(subject));
    expect(body).toMatchObject(invalidState);
    expect(reached).toEqual([undefined]);
  });

  it('a requestState that comes with another method gets -32602', async () => {
    const server = new TestServer(asking().registry);
    const { body } = await server.call(
      '2026-07-28',
      'resources/read',
      { uri: 'notes://ask', _meta: declared },
      as('ada'),
    );
    const params = { ...retry, requestState: body?.result?.['requestState'] };
    expect((await server.call('2026-07-28', 'tools/call', params, as('ada'))).body).toMatchObject(invalidState);
  });

  it('a requestState with one bit changed gets -32602, whichever it is', async () => {
    const server = new TestServer(asking().registry);
    const sealed = await begin(server);
    for (let at = 0; at < sealed.length; at += 17) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const requestState = sealed.slice(0, at) + other + sealed.slice(at + 1);
      const { body } = await server.call('2026-07-28', 'tools/call', { ...retry, requestState }, as('ada'));
      expect(body).toMatchObject(invalidState);
    }
  });

  it.each([7, {}, ['x']])('a requestState that is no text gets -32602 and reaches no handler: %j', async (state) => {
    const { registry, reached } = asking();
    const server = new TestServer(registry);
    const params = { ...retry, requestState: state };
    const { body } = await server.call('2026-07-28', 'tools/call', params, as('ada'));
    expect(body).toMatchObject({ error: { code: -32602, message: 'Invalid params: requestState must be a string' } });
    expect(reached).toEqual([]);
  });

  it.each(['', 'x', 'a.b.c.d.e', 'eyJhbGciOiJub25lIn0..'])(
    'a requestState that was not sealed here gets -32602: %j',
    async (state) => {
      const server = new TestServer(asking().registry);
      const params = { ...retry, requestState: state };
      expect((await server.call('2026-07-28', 'tools/call', params, as('ada'))).body).toMatchObject(invalidState);
    },
  );

  it('a requestState that was sealed with another key gets -32602', async () => {
    const requestState = await begin(new TestServer(asking().registry));
    const other = new TestServer(asking().registry);
    const { body } = await other.call('2026-07-28', 'tools/call', { ...retry, requestState }, as('ada'));
    expect(body).toMatchObject(invalidState);
  });

  it('a requestState that is too old gets -32602', async () => {
    jest.useFakeTimers({ now: Date.now(), doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const server = new TestServer(asking().registry);
      const requestState = await begin(server);
      jest.setSystemTime(Date.now() + 899_000);
      const inTime = await server.call('2026-07-28', 'tools/call', { ...retry, requestState }, as('ada'));
      expect(inTime.body).toMatchObject({ result: { resultType: 'complete' } });
      jest.setSystemTime(Date.now() + 2000);
      const late = await server.call('2026-07-28', 'tools/call', { ...retry, requestState }, as('ada'));
      expect(late.body).toMatchObject(invalidState);
    } finally {
      jest.useRealTimers();
    }
  });

  it('the answer to a request for input is taken by another process that shares nothing but the key', async () => {
    const processWith = (requestStateKey: Uint8Array | string) =>
      new Dispatcher(asking().registry.catalog, {
        protocolVersions: versions,
        timeoutMs: 5000,
        reportError: () => undefined,
        bus: memoryMessageBus(),
        requestStateKey,
        taskStore: memoryTaskStore(),
        maxRunningTasks: 1,
      });
    const key = new Uint8Array(32).fill(7);
    const send = async (dispatcher: Dispatcher, params: Readonly<Record<string, unknown>>): Promise<JsonRpcBody> => {
      const reply = await dispatcher.dispatch(requestOf('2026-07-28', 'tools/call', params), {
        ...as('ada'),
        versions: { header: '2026-07-28', assumed: '2025-03-26' },
        disconnect: neverCancelled,
        outbox: silentOutbox,
        refusalsAre: 'thrown',
      });
      return JSON.parse(reply.kind === 'message' ? reply.text : '{}') as JsonRpcBody;
    };
    const first = await send(processWith(key), { name: 'ask', arguments: { a: 1, b: 2 }, _meta: declared });
    const second = await send(processWith(Buffer.from(key).toString('base64url')), {
      ...retry,
      // The order of members says nothing.
      arguments: { b: 2, a: 1 },
      requestState: first.result?.['requestState'],
    });
    expect(second.result).toMatchObject({ resultType: 'complete' });
  });

  it.each([7, 'x', [], { who: 'text' }, { who: null }])(
    'inputResponses that are no object of results get -32602: %j',
    async (inputResponses) => {
      const server = new TestServer(asking().registry);
      const { body } = await server.call('2026-07-28', 'tools/call', { ...retry, inputResponses }, as('ada'));
      expect(body).toMatchObject({ error: { code: -32602 } });
    },
  );

  it.each<[string, InputRequest, object]>([
    ['elicitation/create', form, { elicitation: { form: {} } }],
    ['sampling/createMessage', { method: 'sampling/createMessage', params: {} }, { sampling: {} }],
    [
      'sampling/createMessage with tools',
      { method: 'sampling/createMessage', params: { tools: [] } },
      { sampling: { tools: {} } },
    ],
    ['roots/list', { method: 'roots/list' }, { roots: {} }],
  ])(
    '%s for a client that did not declare it gets 400 and -32021 with data.requiredCapabilities',
    async (_what, question, requiredCapabilities) => {
      const registry = createRegistry({ name: 'asks', version: '1.0.0' });
      registry.tool('ask', {}, (_args, ctx) => ctx.inputRequired({ requests: { it: question, again: question } }));
      registry.tool('demand', {}, (_args, ctx) => {
        ctx.requireClientCapabilities({ sampling: { tools: {} } });
        return 'there';
      });
      const server = new TestServer(registry);
      const { body, status } = await server.call('2026-07-28', 'tools/call', { name: 'ask' });
      expect([status, body?.error?.code, body?.error?.data]).toEqual([400, -32021, { requiredCapabilities }]);
      const demanded = await server.call('2026-07-28', 'tools/call', { name: 'demand' });
      expect([demanded.status, demanded.body?.error?.code]).toEqual([400, -32021]);
    },
  );

  it('resources/read that carries inputResponses or requestState is answered with ttlMs 0 and private', async () => {
    const server = new TestServer(asking().registry);
    const params = { uri: 'notes://ask', _meta: declared };
    const asked = await server.call('2026-07-28', 'resources/read', params, as('ada'));
    expect(asked.body?.result).not.toHaveProperty('ttlMs');
    const { requestState } = asked.body?.result ?? {};
    const answered = { ...params, requestState, inputResponses: { who: {} } };
    const done = await server.call('2026-07-28', 'resources/read', answered, as('ada'));
    expect(done.body?.result).toMatchObject({ ttlMs: 0, cacheScope: 'private', contents: [{ text: 'read' }] });
  });

  it.each<[string, unknown, string]>([
    ['with neither requests nor state', { requests: {} }, 'needs requests or a state'],
    ['a request of another method', { requests: { x: { method: 'tools/list' } } }, 'clients do not answer tools/list'],
    [
      'elicitation/create without a message',
      { requests: { x: { method: 'elicitation/create', params: { requestedSchema } } } },
      'needs a message',
    ],
    ['elicitation/create without params', { requests: { x: { method: 'elicitation/create' } } }, 'needs a message'],
    [
      'a form without requestedSchema',
      { requests: { x: { method: 'elicitation/create', params: { message: 'm' } } } },
      'needs a requestedSchema',
    ],
    [
      'mode url without url',
      { requests: { x: { method: 'elicitation/create', params: { mode: 'url', message: 'm' } } } },
      'needs a valid url',
    ],
    [
      'mode url with a url that is none',
      { requests: { x: { method: 'elicitation/create', params: { mode: 'url', message: 'm', url: 'nowhere' } } } },
      'needs a valid url',
    ],
    [
      'mode url without a message',
      { requests: { x: { method: 'elicitation/create', params: { mode: 'url', url: 'https://a.test' } } } },
      'needs a message',
    ],
  ])('ctx.inputRequired refuses %s, which is an error inside', async (_what, needs, message) => {
    const registry = createRegistry({ name: 'asks', version: '1.0.0' });
    registry.tool('ask', {}, (_args, ctx) => ctx.inputRequired(needs as never));
    const server = new TestServer(registry);
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'ask', _meta: declared });
    expect(body).toMatchObject({ result: { isError: true } });
    expect(server.reports).toHaveLength(1);
    expect(String(server.reports[0]?.error)).toContain(message);
    expect(() => new InputRequired(needs as never)).toThrow(TypeError);
  });
});

describe('a state sealer', () => {
  it('wants 32 bytes, or base64url of them', () => {
    for (const key of ['', 'short', new Uint8Array(31), 7 as never]) {
      expect(() => new StateSealer(key, 60)).toThrow('requestStateKey must be 32 random bytes');
    }
  });

  it('keeps any JSON value, and opens what is of its own in another order of members', async () => {
    const sealer = new StateSealer(undefined, 60);
    for (const state of [null, 0, 'text', [1], { a: { b: [] } }]) {
      const sealed = await sealer.seal(state, ['x', { a: 1, b: [2, { c: 3, d: 4 }] }]);
      expect(await sealer.open(sealed, ['x', { b: [2, { d: 4, c: 3 }], a: 1 }])).toMatchObject({ state });
      await expect(sealer.open(sealed, ['x', { b: [2, { d: 4, c: 4 }], a: 1 }])).rejects.toThrow(
        'start again without it',
      );
    }
  });
});

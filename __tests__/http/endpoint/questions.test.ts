import { afterEach, describe, expect, it } from '@jest/globals';
import type { InputRequest } from '../../../lib/registry/input-required.js';
import { createRegistry, memoryMessageBus, memorySessionStore } from '../../../lib/index.js';
import { issuer } from '../../support/mcp-app.js';
import type { JsonRpcMessage } from '../../support/running-endpoint.js';
import { RunningEndpoint, TestSession, closeEndpoints, jsonOf, streamOf } from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
const form: InputRequest = { method: 'elicitation/create', params: { message: 'Who?', requestedSchema } };
const sampling: InputRequest = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 10 } };
const roots: InputRequest = { method: 'roots/list' };
const capabilities = { elicitation: {}, sampling: {}, roots: {} };

function asking(timeoutMs = 600_000) {
  const registry = createRegistry({ name: 'asks', version: '1.0.0' });
  const ask = (name: string, requests: Readonly<Record<string, InputRequest>>): void => {
    registry.tool(name, { timeoutMs }, (_args, ctx) => {
      if (ctx.inputResponses === undefined) return ctx.inputRequired({ requests, state: { asked: name } });
      return JSON.stringify([ctx.inputResponses, ctx.requestState]);
    });
  };
  ask('form', { who: form });
  ask('all', { who: form, what: sampling, where: roots });
  ask('url', { who: { method: 'elicitation/create', params: { mode: 'url', message: 'Go', url: 'https://a.test/' } } });
  registry.tool('endless', { timeoutMs }, (_args, ctx) => ctx.inputRequired({ requests: { where: roots } }));
  registry.tool('demands', {}, (_args, ctx) => {
    ctx.requireClientCapabilities({ sampling: {} });
    return 'there';
  });
  return registry;
}

const textOf = (message: JsonRpcMessage | undefined): unknown => {
  const [block] = message?.result?.['content'] as readonly { text: string }[];
  return block?.text;
};

describe('requests to the client', () => {
  it.each(['2025-11-25', '2025-06-18', '2025-03-26'] as const)(
    'ask a client of %s on the stream of its call; the answers arrive as requests of their own, in any order',
    async (version) => {
      const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
      const session = await endpoint.openSession(version, { capabilities });
      const stream = streamOf(await session.call('all'));
      const questions = [await stream.next(), await stream.next(), await stream.next()];
      expect(questions.map((each) => [each?.method, each?.params])).toEqual([
        ['elicitation/create', form.params],
        ['sampling/createMessage', sampling.params],
        ['roots/list', {}],
      ]);
      const results = [{ action: 'decline' }, { role: 'assistant', content: {}, model: 'm' }, { roots: [] }];
      for (const index of [2, 0, 1]) {
        const response = await session.answer(questions[index]?.id, { result: results[index] });
        expect([response.status, await response.text()]).toEqual([202, '']);
      }
      const [answer, ...more] = await stream.rest();
      expect(JSON.parse(String(textOf(answer)))).toEqual([
        { who: results[0], what: results[1], where: results[2] },
        { asked: 'all' },
      ]);
      expect(more).toEqual([]);
    },
  );

  it('two handlers that ask the client in one session do so under different ids', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const streams = await Promise.all([1, 2].map(async (id) => streamOf(await session.call('form', {}, id))));
    const ids = await Promise.all(streams.map(async (stream) => (await stream.next())?.id));
    expect(new Set(ids).size).toBe(2);
    await session.answer(ids[1], { result: { action: 'cancel' } });
    await session.answer(ids[0], { result: { action: 'accept', content: { name: 'Ada' } } });
    const answers = await Promise.all(streams.map(async (stream) => textOf((await stream.rest())[0])));
    expect(answers.map((text) => (JSON.parse(String(text)) as unknown[])[0])).toEqual([
      { who: { action: 'accept', content: { name: 'Ada' } } },
      { who: { action: 'cancel' } },
    ]);
  });

  it('an answer is taken from the session that was asked, once, and from no other', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const other = await endpoint.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('form'));
    const id = (await stream.next())?.id;
    const forged = { result: { action: 'accept', content: { name: 'Eve' } } };
    expect((await other.answer(id, forged)).status).toBe(202);
    for (const wrong of [7, 'made-up', `${String(id)}0`, 'deadbeef.x', undefined]) await session.answer(wrong, forged);
    await session.answer(id, { result: { action: 'decline' } });
    expect((await session.answer(id, forged)).status).toBe(202);
    expect(textOf((await stream.rest())[0])).toContain('decline');
  });

  it('an answer that comes in the session with another subject’s token is refused', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true, auth: {} });
    const headersOf = async (subject: string) => ({ Authorization: `Bearer ${await issuer.token({ subject })}` });
    const session = await endpoint.openSession('2025-11-25', { capabilities, headers: await headersOf('ada') });
    const stream = streamOf(await session.call('form'));
    const id = (await stream.next())?.id;
    const thief = new TestSession(endpoint, session.id, '2025-11-25', await headersOf('eve'));
    expect((await thief.answer(id, { result: { action: 'accept' } })).status).toBe(404);
    await session.answer(id, { result: { action: 'decline' } });
    expect(textOf((await stream.rest())[0])).toContain('decline');
  });

  it.each([
    [
      { error: { code: -1, message: 'User rejected' } },
      'The client answered elicitation/create with an error: User rejected',
    ],
    [{ error: 'odd' }, 'The client answered elicitation/create with an error'],
    [{ error: { message: 7 } }, 'The client answered elicitation/create with an error'],
    [{ result: 'no object' }, 'The client answered elicitation/create with an error'],
    [{ result: null }, 'The client answered elicitation/create with an error'],
  ])('an answer that is an error fails the call: %j', async (outcome, text) => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('form'));
    await session.answer((await stream.next())?.id, outcome);
    expect(await stream.rest()).toMatchObject([{ result: { isError: true, content: [{ text }] } }]);
    expect(endpoint.errors).toEqual([]);
  });

  it('a question whose neighbour failed is called off, before the answer', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('all'));
    const questions = [await stream.next(), await stream.next(), await stream.next()];
    await session.answer(questions[1]?.id, { error: { code: -1, message: 'no model' } });
    const rest = await stream.rest();
    expect(rest.map(({ method, params, id }) => id ?? [method, params?.['requestId']])).toEqual([
      ['notifications/cancelled', questions[0]?.id],
      ['notifications/cancelled', questions[2]?.id],
      1,
    ]);
  });

  it('a request that the client never answers ends with the time limit of the call, and notifications/cancelled follows it once', async () => {
    const endpoint = await RunningEndpoint.start(asking(300), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('form'));
    const id = (await stream.next())?.id;
    const rest = await stream.rest();
    expect(rest).toEqual([
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } },
      expect.objectContaining({ id: 1 }),
    ]);
    expect(textOf(rest[1])).toBe('The client did not answer elicitation/create');
    // An answer that comes after its time limit gets 202 and changes nothing.
    expect((await session.answer(id, { result: { action: 'accept' } })).status).toBe(202);
  });

  it('a call that the client calls off while it is asked ends, and so does the question', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('form', {}, 'call-1'));
    const id = (await stream.next())?.id;
    await session.notify('notifications/cancelled', { requestId: 'call-1' });
    expect(await stream.rest()).toEqual([
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } },
    ]);
  });

  it('a server that closes down does not wait for answers, which it would refuse', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('form'));
    await stream.next();
    await endpoint.router.close();
    expect((await stream.rest()).map(({ id, method }) => id ?? method)).toEqual(['notifications/cancelled', 1]);
  });

  it('the answer may arrive at another process', async () => {
    const stores = { bus: memoryMessageBus(), sessions: memorySessionStore() };
    const one = await RunningEndpoint.start(asking(), { sessions: true, stores });
    const two = await RunningEndpoint.start(asking(), { sessions: true, stores });
    const session = await one.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('form'));
    const id = (await stream.next())?.id;
    const there = new TestSession(two, session.id, '2025-11-25');
    const stranger = await two.openSession('2025-11-25', { capabilities });
    await stranger.answer(id, { result: { action: 'accept' } });
    await stores.bus.publish(`answers.${String(id).slice(0, 8)}`, 'not JSON');
    await there.answer(id, { result: { action: 'decline' } });
    expect(textOf((await stream.rest())[0])).toContain('decline');
  });

  it('an answer that cannot be handed to the process where it is waited for gets 503, and may be sent again', async () => {
    const bus = memoryMessageBus();
    const sessions = memorySessionStore();
    let isDown = true;
    const failing = {
      ...bus,
      publish: (...args: Parameters<typeof bus.publish>) => {
        return isDown && args[0].startsWith('answers.') ? Promise.reject(new Error('down')) : bus.publish(...args);
      },
    };
    const one = await RunningEndpoint.start(asking(), { sessions: true, stores: { bus, sessions } });
    const two = await RunningEndpoint.start(asking(), { sessions: true, stores: { bus: failing, sessions } });
    const session = await one.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('form'));
    const id = (await stream.next())?.id;
    const there = new TestSession(two, session.id, '2025-11-25');
    const answer = () => there.answer(id, { result: { action: 'decline' } });
    const refused = await answer();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await jsonOf(refused)).toEqual({
      jsonrpc: '2.0',
      error: {
        code: -32603,
        message: 'The server cannot reach its storage at the moment',
        data: { retryAfterSeconds: 5 },
      },
    });
    isDown = false;
    expect((await answer()).status).toBe(202);
    expect(textOf((await stream.rest())[0])).toContain('decline');
  });

  it('a bus that failed is tried again with the next question', async () => {
    const bus = memoryMessageBus();
    let isDown = true;
    const stores = {
      bus: {
        ...bus,
        subscribe: (...args: Parameters<typeof bus.subscribe>) => {
          return isDown && args[0].startsWith('answers.') ? Promise.reject(new Error('down')) : bus.subscribe(...args);
        },
      },
    };
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true, stores });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    expect(await jsonOf(await session.call('form'))).toMatchObject({ result: { isError: true } });
    isDown = false;
    const stream = streamOf(await session.call('form'));
    await session.answer((await stream.next())?.id, { result: { action: 'decline' } });
    expect(textOf((await stream.rest())[0])).toContain('decline');
  });

  it('a handler that never has enough is given up after 20 rounds', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities });
    const stream = streamOf(await session.call('endless'));
    let rounds = 0;
    let message = await stream.next();
    for (; message?.method === 'roots/list'; message = await stream.next()) {
      rounds++;
      await session.answer(message.id, { result: { roots: [] } });
    }
    expect(rounds).toBe(20);
    expect(message).toMatchObject({ result: { isError: true } });
    expect(endpoint.errors).toEqual([new Error('The handler asked for input 20 times')]);
  });

  it('a handler cannot ask a legacy client for what it did not declare, and a client without a stream not at all', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { capabilities: { elicitation: {} } });
    const answers = [await session.call('all'), await session.call('url'), await session.call('demands')];
    const missing = await Promise.all(answers.map(jsonOf));
    expect(missing.map(({ error }) => [error?.code, error?.data])).toEqual([
      [-32600, { requiredCapabilities: { sampling: {}, roots: {} } }],
      [-32600, { requiredCapabilities: { elicitation: { url: {} } } }],
      [-32600, { requiredCapabilities: { sampling: {} } }],
    ]);
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'form' } };
    const mute = await endpoint.post(message, { ...session.headers, Accept: 'application/json' });
    expect(await jsonOf(mute)).toMatchObject({ error: { code: -32600 } });
    const without = await RunningEndpoint.start(asking());
    const sent = await without.post(message, { 'MCP-Protocol-Version': '2025-11-25' });
    expect(await jsonOf(sent)).toMatchObject({ error: { code: -32600 } });
  });

  it('the handshake is answered with JSON and nothing else', async () => {
    const endpoint = await RunningEndpoint.start(asking(), { sessions: true });
    const params = { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'c', version: '1' } };
    const response = await endpoint.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await jsonOf(response)).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } });
  });
});

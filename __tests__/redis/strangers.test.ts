import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import type { RedisStores } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { issuer } from '../support/mcp-app.js';
import type { OpenClient } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';
import { closeEndpoints, jsonOf, RunningEndpoint, streamOf, TestSession, until } from '../support/running-endpoint.js';
import { answerOf, askFor, withTasks } from '../support/task-client.js';

type Headers = Readonly<Record<string, string>>;

const ada = { subject: 'ada', clientId: 'desktop' };
/** Another user, and the same person with another client: neither may have access. */
const strangers = [
  ['somebody else', { subject: 'mallory', clientId: 'desktop' }],
  ['the same subject with another client', { subject: 'ada', clientId: 'phone' }],
] as const;
const headersOf = async (who: typeof ada): Promise<Headers> => ({
  Authorization: `Bearer ${await issuer.token(who)}`,
});
const capabilities = { elicitation: {} };
const stolen = { result: { action: 'accept', content: { name: 'Mallory' } } };
const unknownTask = { error: { code: -32602, message: 'Unknown task: it does not exist, or not any more' } };

describeWithRedis('a stranger at another process of the same Redis', () => {
  let server: RedisServer;
  const clients: OpenClient[] = [];
  const opened: RedisStores[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(async () => {
    await closeEndpoints();
    for (const stores of opened.splice(0)) await stores.close();
    for (const { close } of clients.splice(0)) close();
  });
  afterAll(() => server.stop());

  const startProcess = async () => {
    const [[, openClient] = []] = clientsOfServer;
    if (openClient === undefined) throw new Error('There are no clients');
    const client = await openClient(server.port);
    const stores = redisStores(client.client);
    clients.push(client);
    opened.push(stores);
    const handler = new EventEmitter();
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.resource('notes://all', {}, () => 'all notes');
    registry.tool('ask', {}, (_args, ctx) => {
      const answer = ctx.inputResponses?.['who'];
      if (answer !== undefined) return JSON.stringify(answer['content']);
      return ctx.inputRequired({ requests: { who: askFor('Who?') } });
    });
    registry.tool('work', {}, async (_args, ctx) => {
      ctx.signal.addEventListener('abort', () => handler.emit('aborted'));
      await ctx.progress(1, 2, 'a secret');
      handler.emit('working');
      await once(handler, 'finish', { signal: ctx.signal });
      return 'worked';
    });
    registry.tool('job', { task: 'required' }, async (_args, ctx) => {
      ctx.signal.addEventListener('abort', () => handler.emit('aborted'));
      await once(handler, 'finish');
      return 'a secret';
    });
    registry.tool('inquire', { task: 'required' }, (_args, ctx) => {
      const answer = ctx.inputResponses?.['who'];
      if (answer !== undefined) return JSON.stringify(answer['content']);
      return ctx.inputRequired({ requests: { who: askFor('A secret?') } });
    });
    const { bus, events, sessions, tasks } = stores;
    const options = { sessions: true, stores: { bus, events, sessions, tasks }, auth: {} };
    return { endpoint: await RunningEndpoint.start(registry, options), handler };
  };
  const withSession = ({ endpoint }: { endpoint: RunningEndpoint }, id: string, headers: Headers) =>
    new TestSession(endpoint, id, '2025-11-25', headers);

  it.each(strangers)('%s with the id of a session finds none, and it goes on', async (_who, stranger) => {
    const [a, b] = [await startProcess(), await startProcess()];
    const session = await a.endpoint.openSession('2025-11-25', { headers: await headersOf(ada) });
    const thief = withSession(b, session.id, await headersOf(stranger));
    const attempts = [
      await thief.request('ping'),
      await thief.call('work'),
      await thief.request('resources/subscribe', { uri: 'notes://all' }),
      await thief.notify('notifications/cancelled', { requestId: 1 }),
      await thief.answer('00000000.00000000-0000-0000-0000-000000000000', stolen),
      await thief.listen(),
      await thief.listen({ 'Last-Event-ID': 'stream_1' }),
      await thief.end(),
    ];
    for (const attempt of attempts) {
      expect(attempt.status).toBe(404);
      expect(await jsonOf(attempt)).toMatchObject({
        error: { message: 'This session does not exist or has ended' },
      });
    }
    expect((await session.request('ping')).status).toBe(200);
  });

  it.each(strangers)('%s cannot resume a stream, by its event ids, in a session of the own', async (_who, stranger) => {
    const [a, b] = [await startProcess(), await startProcess()];
    const session = await a.endpoint.openSession('2025-11-25', { headers: await headersOf(ada) });
    const working = once(a.handler, 'working');
    const stream = streamOf(await session.call('work', { _meta: { progressToken: 1 } }));
    await working;
    const eventId = (await stream.nextBlock())?.id ?? '';
    const own = await b.endpoint.openSession('2025-11-25', { headers: await headersOf(stranger) });
    const [streamId = '', place = ''] = eventId.split('_');
    const guesses = [eventId, `${session.id}.${eventId}`, `${session.id}.${streamId}_${place}`, `*_${place}`];
    for (const guess of guesses) {
      const refused = await own.listen({ 'Last-Event-ID': guess });
      expect(refused.status).toBe(404);
      expect(await refused.text()).not.toContain('secret');
    }
    a.handler.emit('finish');
    expect((await stream.rest()).at(-1)).toMatchObject({ result: { content: [{ text: 'worked' }] } });
  });

  it.each(strangers)('%s cannot answer a question, from a session of the own', async (_who, stranger) => {
    const [a, b] = [await startProcess(), await startProcess()];
    const session = await a.endpoint.openSession('2025-11-25', { capabilities, headers: await headersOf(ada) });
    const stream = streamOf(await session.call('ask'));
    const question = await stream.next();
    for (const process of [a, b]) {
      const own = await process.endpoint.openSession('2025-11-25', { headers: await headersOf(stranger) });
      // The answer does not reveal whether the question exists.
      expect((await own.answer(question?.id, stolen)).status).toBe(202);
    }
    const here = withSession(b, session.id, await headersOf(ada));
    await here.answer(question?.id, { result: { action: 'accept', content: { name: 'Ada' } } });
    expect(await stream.rest()).toMatchObject([{ id: 1, result: { content: [{ text: '{"name":"Ada"}' }] } }]);
  });

  it.each(strangers)('%s cannot call off a request by its id, from a session of the own', async (_who, stranger) => {
    const [a, b] = [await startProcess(), await startProcess()];
    let aborted = 0;
    a.handler.on('aborted', () => (aborted += 1));
    const session = await a.endpoint.openSession('2025-11-25', { headers: await headersOf(ada) });
    const working = once(a.handler, 'working');
    const stream = streamOf(await session.call('work', { _meta: { progressToken: 1 } }, 'call-1'));
    await working;
    for (const process of [a, b]) {
      const own = await process.endpoint.openSession('2025-11-25', { headers: await headersOf(stranger) });
      for (const requestId of ['call-1', `${session.id},call-1`, JSON.stringify([session.id, 'call-1'])]) {
        expect((await own.notify('notifications/cancelled', { requestId })).status).toBe(202);
      }
    }
    // Messages keep their order; hers comes later, and is about another request.
    await withSession(b, session.id, await headersOf(ada)).notify('notifications/cancelled', { requestId: 'other' });
    a.handler.emit('finish');
    expect((await stream.rest()).at(-1)).toMatchObject({ id: 'call-1', result: { content: [{ text: 'worked' }] } });
    expect(aborted).toBe(0);
  });

  it.each(strangers)('%s can neither read, answer, cancel nor hear of a task', async (_who, stranger) => {
    const [a, b] = [await startProcess(), await startProcess()];
    let aborted = 0;
    a.handler.on('aborted', () => (aborted += 1));
    const own = { headers: await headersOf(ada) };
    const send = (
      { endpoint }: { endpoint: RunningEndpoint },
      method: string,
      params: object,
      options: { headers: Headers },
    ) => endpoint.modern(method, { ...params, _meta: withTasks }, options);
    const begin = async (name: string): Promise<string> => {
      const { result } = await jsonOf(await send(a, 'tools/call', { name, arguments: {} }, own));
      return String(result?.['taskId']);
    };
    const stateOf = async (taskId: string) => (await jsonOf(await send(b, 'tasks/get', { taskId }, own))).result;
    const running = await begin('job');
    const asking = await begin('inquire');
    await until('it asks', async () => (await stateOf(asking))?.['status'] === 'input_required');

    const theirs = { headers: await headersOf(stranger) };
    for (const taskId of [running, asking, `{${running}`, `*`]) {
      for (const [method, params] of [
        ['tasks/get', { taskId }],
        ['tasks/update', { taskId, inputResponses: { who: answerOf('Mallory') } }],
        ['tasks/cancel', { taskId }],
      ] as const) {
        const refused = await send(b, method, params, theirs);
        const text = await refused.text();
        expect(JSON.parse(text)).toMatchObject(unknownTask);
        expect(text).not.toContain('secret');
      }
    }
    const notifications = { taskIds: [running, asking], toolsListChanged: true };
    const listening = streamOf(await send(b, 'subscriptions/listen', { notifications }, theirs));
    expect((await listening.next())?.params?.['notifications']).toEqual({ toolsListChanged: true });

    expect(await stateOf(running)).toMatchObject({ status: 'working' });
    await send(b, 'tasks/update', { taskId: asking, inputResponses: { who: answerOf('Ada') } }, own);
    a.handler.emit('finish');
    await until('it is done', async () => (await stateOf(running))?.['status'] === 'completed');
    await until('that one, too', async () => (await stateOf(asking))?.['status'] === 'completed');
    expect(await stateOf(asking)).toMatchObject({ result: { content: [{ text: '{"value":"Ada"}' }] } });
    expect(aborted).toBe(0);
    // No notification was sent, though the tasks changed.
    await b.endpoint.router.close();
    expect((await listening.rest()).map(({ method }) => method)).toEqual([undefined]);
  });
});

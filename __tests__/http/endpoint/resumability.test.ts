import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createRegistry, memoryEventLog, memoryMessageBus, memorySessionStore } from '../../../lib/index.js';
import type { EventLog } from '../../../lib/index.js';
import {
  RunningEndpoint,
  TestSession,
  closeEndpoints,
  jsonOf,
  streamOf,
  until,
} from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
const progressing = { _meta: { progressToken: 1 } };

function stepwise() {
  const registry = createRegistry({ name: 'steps', version: '1.0.0' });
  const events = new EventEmitter();
  registry.tool('steps', { timeoutMs: 600_000 }, async (_args, ctx) => {
    for (const count of [1, 2, 3]) {
      const next = once(events, 'next');
      await ctx.progress(count);
      events.emit('reported');
      await next;
    }
    return 'done';
  });
  registry.tool('poll', {}, async (_args, ctx) => {
    const next = once(events, 'next');
    ctx.closeStream(500);
    await next;
    return 'polled';
  });
  registry.tool('quick', {}, async (_args, ctx) => {
    await ctx.progress(1, 1, String(ctx.requestId));
    return String(ctx.requestId);
  });
  return { registry, events };
}

describe('resumability', () => {
  it('the first event of a stream that can be resumed has an id and empty data', async () => {
    const endpoint = await RunningEndpoint.start(stepwise().registry, { sessions: true });
    const session = await endpoint.openSession();
    const [first, ...rest] = await streamOf(await session.call('quick', progressing)).restOfBlocks();
    expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}_1$/) as unknown, data: '' });
    expect(rest).toHaveLength(2);
  });

  it.each(['2025-06-18', '2025-03-26'] as const)('clients of %s get no event without data', async (version) => {
    const endpoint = await RunningEndpoint.start(stepwise().registry, { sessions: true });
    const session = await endpoint.openSession(version);
    const blocks = await streamOf(await session.call('quick', progressing)).restOfBlocks();
    expect(blocks.map(({ data }) => data?.slice(0, 17))).toEqual(['{"jsonrpc":"2.0",', '{"jsonrpc":"2.0",']);
  });

  it('what was missed after Last-Event-ID is replayed, and what comes later goes on live until the answer', async () => {
    const { registry, events } = stepwise();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const stream = streamOf(await session.call('steps', progressing));
    await stream.nextBlock();
    const seen = await stream.nextEvent();
    await stream.cancel();
    const reported = once(events, 'reported');
    events.emit('next');
    await reported;
    const resumed = streamOf(await session.listen({ 'Last-Event-ID': seen?.id ?? '' }));
    expect(await resumed.next()).toMatchObject({ params: { progress: 2 } });
    const third = once(events, 'reported');
    events.emit('next');
    await third;
    expect(await resumed.next()).toMatchObject({ params: { progress: 3 } });
    events.emit('next');
    expect(await resumed.rest()).toMatchObject([{ id: 1, result: { content: [{ text: 'done' }] } }]);
  });

  it('a resumed stream begins at once, also when nothing was missed, has signs of life, and ends with the server', async () => {
    const { registry, events } = stepwise();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true, keepAliveSeconds: 1 });
    const session = await endpoint.openSession();
    const stream = streamOf(await session.call('steps', progressing));
    await stream.nextBlock();
    const seen = await stream.nextEvent();
    await stream.cancel();
    const resumed = streamOf(await session.listen({ 'Last-Event-ID': seen?.id ?? '' }));
    expect(await resumed.nextBlock()).toEqual({ comment: 'keep-alive' });
    const closing = endpoint.router.close();
    const blocks = await resumed.restOfBlocks();
    expect(blocks.filter(({ comment }) => comment === undefined)).toEqual([{ retry: '1000' }]);
    for (let count = 0; count < 3; count++) {
      events.emit('next');
      await new Promise(setImmediate);
    }
    await closing;
  });

  it('Last-Event-ID alone resumes the right one of two streams, and what is replayed is of that stream only', async () => {
    const endpoint = await RunningEndpoint.start(stepwise().registry, { sessions: true });
    const session = await endpoint.openSession();
    const responses = await Promise.all(['a', 'b'].map((id) => session.call('quick', progressing, id)));
    const [a = [], b = []] = await Promise.all(responses.map((each) => streamOf(each).restOfBlocks()));
    const replay = async (id = '') => streamOf(await session.listen({ 'Last-Event-ID': id })).rest();
    expect((await replay(a[0]?.id)).map(({ id, params }) => id ?? params?.['message'])).toEqual(['a', 'a']);
    expect((await replay(b[0]?.id)).map(({ id, params }) => id ?? params?.['message'])).toEqual(['b', 'b']);
    expect((await replay(b[1]?.id)).map(({ id }) => id)).toEqual(['b']);
    expect(await replay(b[2]?.id)).toEqual([]);
  });

  it('no two events of the streams of one session have the same id', async () => {
    const endpoint = await RunningEndpoint.start(stepwise().registry, { sessions: true });
    const session = await endpoint.openSession();
    const ids: unknown[] = [];
    for (let id = 1; id <= 5; id++) {
      const blocks = await streamOf(await session.call('quick', progressing, id)).restOfBlocks();
      ids.push(...blocks.map((block) => block.id));
    }
    expect(ids).toHaveLength(15);
    expect(new Set(ids).size).toBe(15);
  });

  it('an answer is on the stream of its POST only, or on a GET with Last-Event-ID', async () => {
    const endpoint = await RunningEndpoint.start(stepwise().registry, { sessions: true });
    const session = await endpoint.openSession();
    const listening = streamOf(await session.listen());
    const [first] = await streamOf(await session.call('quick', progressing)).restOfBlocks();
    const replayed = await streamOf(await session.listen({ 'Last-Event-ID': first?.id ?? '' })).rest();
    expect(replayed.map(({ id }) => id)).toEqual([undefined, 1]);
    await session.end();
    expect(await listening.rest()).toEqual([]);
  });

  it('the event ids of another session, and such as never were, get 404', async () => {
    const endpoint = await RunningEndpoint.start(stepwise().registry, { sessions: true });
    const session = await endpoint.openSession();
    const other = await endpoint.openSession();
    const [first] = await streamOf(await session.call('quick', progressing)).restOfBlocks();
    const [stream = ''] = (first?.id ?? '').split('_');
    const bad = [
      '',
      '1',
      '__proto__',
      `${stream}_99`,
      `${stream}_-5`,
      `${stream}_1-1`,
      `${stream}_--`,
      'x_1',
      `a.${stream}_1`,
    ];
    const ids = [...bad, `../${stream}_1`, 'x'.repeat(5000)].map((id) => [session, id] as const);
    for (const [client, id] of [...ids, [other, first?.id ?? ''] as const]) {
      const response = await client.listen({ 'Last-Event-ID': id });
      expect([id, response.status]).toEqual([id, 404]);
      expect(await jsonOf(response)).toMatchObject({
        error: { message: 'There is nothing to resume after this Last-Event-ID' },
      });
    }
  });

  it('ctx.closeStream(500) writes retry: 500 and ends the connection, and the answer is replayed to who comes back', async () => {
    const { registry, events } = stepwise();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession();
    const blocks = await streamOf(await session.call('poll', {}, 'p')).restOfBlocks();
    expect(blocks).toEqual([
      { id: expect.stringMatching(/_1$/) as unknown, data: '' },
      { retry: '500', data: '' },
    ]);
    const back = streamOf(await session.listen({ 'Last-Event-ID': blocks[0]?.id ?? '' }));
    events.emit('next');
    expect(await back.rest()).toMatchObject([{ id: 'p', result: { content: [{ text: 'polled' }] } }]);
  });

  it.each(['2025-06-18', '2025-03-26', '2026-07-28', 'without a session'] as const)(
    'ctx.closeStream does nothing where the client could not come back: %s',
    async (who) => {
      const { registry, events } = stepwise();
      const endpoint = await RunningEndpoint.start(registry, { sessions: who !== 'without a session' });
      const call = { jsonrpc: '2.0', id: 'p', method: 'tools/call', params: { name: 'poll' } };
      const answering =
        who === '2026-07-28'
          ? endpoint.modern('tools/call', { name: 'poll' }, { id: 'p' })
          : who === 'without a session'
            ? endpoint.post(call, { 'MCP-Protocol-Version': '2025-11-25' })
            : endpoint.openSession(who).then((session) => session.call('poll', {}, 'p'));
      await until('the tool runs', () => events.listenerCount('next') > 0);
      events.emit('next');
      expect(await jsonOf(await answering)).toMatchObject({ id: 'p', result: { content: [{ text: 'polled' }] } });
    },
  );

  it('ctx.closeStream keeps the connection while the log does not keep the stream, for the answer would be lost', async () => {
    const { registry, events } = stepwise();
    const down = () => Promise.reject(new Error('redis is down'));
    const log: EventLog = { append: down, readAfter: down, close: () => Promise.resolve() };
    const endpoint = await RunningEndpoint.start(registry, { sessions: true, stores: { events: log } });
    const session = await endpoint.openSession();
    const answering = session.call('poll', {}, 'p');
    await until('the tool runs', () => events.listenerCount('next') > 0);
    events.emit('next');
    const blocks = await streamOf(await answering).restOfBlocks();
    expect(blocks).toEqual([{ data: expect.stringContaining('polled') as unknown }]);
    const resumed = await session.listen({ 'Last-Event-ID': 'stream_1' });
    expect([resumed.status, resumed.headers.get('retry-after')]).toEqual([503, '5']);
    expect(endpoint.errors).toEqual([]);
  });

  it('an answer is kept for a client that left, also when the log is away in the moment of the answer', async () => {
    const { registry, events } = stepwise();
    const log = memoryEventLog();
    let refusals = 0;
    let isAway = false;
    const append: EventLog['append'] = (...args) => {
      if (!isAway) return log.append(...args);
      refusals++;
      return Promise.reject(new Error('redis is down'));
    };
    const stores = { events: { ...log, append } };
    const endpoint = await RunningEndpoint.start(registry, { sessions: true, keepAliveSeconds: 1, stores });
    const session = await endpoint.openSession();
    const [first] = await streamOf(await session.call('poll')).restOfBlocks();
    isAway = true;
    events.emit('next');
    await until('the log refused the answer more than once', () => refusals > 1);
    const resumed = streamOf(await session.listen({ 'Last-Event-ID': first?.id ?? '' }));
    isAway = false;
    expect(await resumed.rest()).toMatchObject([{ id: 1, result: { content: [{ text: 'polled' }] } }]);
  });

  it('another process that shares the stores carries a stream on, also when the bus loses a word', async () => {
    const { registry, events } = stepwise();
    const stores = { sessions: memorySessionStore(), events: memoryEventLog() };
    // Two buses that do not know of each other: every wake-up is lost.
    const one = await RunningEndpoint.start(registry, {
      sessions: true,
      stores: { ...stores, bus: memoryMessageBus() },
    });
    const two = await RunningEndpoint.start(stepwise().registry, { sessions: true, keepAliveSeconds: 1, stores });
    const session = await one.openSession();
    const [first] = await streamOf(await session.call('poll')).restOfBlocks();
    const there = new TestSession(two, session.id, '2025-11-25');
    const back = streamOf(await there.listen({ 'Last-Event-ID': first?.id ?? '' }));
    events.emit('next');
    expect(await back.rest()).toMatchObject([{ result: { content: [{ text: 'polled' }] } }]);
  });

  it('a stream that is forgotten while somebody waits for it ends', async () => {
    const { registry, events } = stepwise();
    const log = memoryEventLog();
    const endpoint = await RunningEndpoint.start(registry, {
      sessions: true,
      keepAliveSeconds: 1,
      stores: { events: log },
    });
    const session = await endpoint.openSession();
    const [first] = await streamOf(await session.call('poll')).restOfBlocks();
    const back = streamOf(await session.listen({ 'Last-Event-ID': first?.id ?? '' }));
    await log.close();
    expect(await back.rest()).toEqual([]);
    events.emit('next');
    expect(endpoint.errors).toEqual([]);
  });
});

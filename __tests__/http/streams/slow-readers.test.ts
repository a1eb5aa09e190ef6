import { EventEmitter, once } from 'node:events';
import { getDefaultHighWaterMark } from 'node:stream';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Response as ExpressResponse } from 'express';
import type { McpRouterOptions } from '../../../lib/index.js';
import { createRegistry, memoryEventLog } from '../../../lib/index.js';
import { OpenStreams } from '../../../lib/http/streams/open-streams.js';
import { RunningEndpoint, closeEndpoints, jsonOf, streamOf, until } from '../../support/running-endpoint.js';

afterEach(async () => {
  jest.restoreAllMocks();
  await closeEndpoints();
});
const messages = 60;
const length = 200_000;
const progressing = { _meta: { progressToken: 1 } };

/** A handler that tells more than any network takes at once, and does not wait for the client. */
async function start(options: McpRouterOptions) {
  const events = new EventEmitter();
  const held: number[] = [];
  const registry = createRegistry({ name: 'slow', version: '1.0.0' });
  registry.tool('tell', {}, async (_args, ctx) => {
    for (let count = 1; count <= messages; count++) {
      void ctx.progress(count, messages, 'x'.repeat(length));
      await new Promise(setImmediate);
      held.push(ctx.request?.res?.writableLength ?? 0);
    }
    events.emit('told');
    return 'answered';
  });
  return { events, held, endpoint: await RunningEndpoint.start(registry, options) };
}

describe('a client that reads slowly', () => {
  it('gets the answer of its call, but not all that was told meanwhile, and little waits for it', async () => {
    const { events, held, endpoint } = await start({ limits: { bufferedBytes: 300_000 } });
    const told = once(events, 'told');
    const response = await endpoint.modern('tools/call', { name: 'tell', ...progressing });
    await told;
    expect(Math.max(...held)).toBeLessThan(300_000 + 2 * length);
    const received = await streamOf(response).rest();
    expect(received.length).toBeLessThan(messages);
    expect(received.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: 'answered' }] } });
    expect(endpoint.router.stats().limits.slow_reader).toBe(messages - (received.length - 1));
  });

  it('that has no limit gets everything', async () => {
    const { endpoint } = await start({ limits: { bufferedBytes: false } });
    const response = await endpoint.modern('tools/call', { name: 'tell', ...progressing });
    expect(await streamOf(response).rest()).toHaveLength(messages + 1);
    expect(endpoint.router.stats().limits.slow_reader).toBe(0);
  });

  it('in a session loses its connection, and nothing of what was told once it comes back', async () => {
    const { events, held, endpoint } = await start({ sessions: true, limits: { bufferedBytes: 300_000 } });
    const session = await endpoint.openSession();
    const told = once(events, 'told');
    const response = await session.call('tell', progressing);
    await told;
    expect(Math.max(...held)).toBeLessThan(300_000 + 2 * length);
    const blocks = await streamOf(response).restOfBlocks();
    expect(blocks.at(-1)).toEqual({ retry: '1000' });
    const before = blocks.filter(({ data }) => data !== undefined && data !== '').length;
    expect(before).toBeLessThan(messages);
    expect(endpoint.router.stats().limits.slow_reader).toBe(1);

    const lastId = blocks.findLast(({ id }) => id !== undefined)?.id ?? '';
    const resumed = await streamOf(await session.listen({ 'Last-Event-ID': lastId })).rest();
    expect(before + resumed.length).toBe(messages + 1);
    expect(resumed.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: 'answered' }] } });
  });

  it('in a session whose log is away gets the answer, but not all that was told meanwhile', async () => {
    const events = { ...memoryEventLog(), append: () => Promise.reject(new Error('away')) };
    const options = { sessions: true, stores: { events }, limits: { bufferedBytes: 300_000 } };
    const { events: handler, endpoint } = await start(options);
    const session = await endpoint.openSession();
    const told = once(handler, 'told');
    const response = await session.call('tell', progressing);
    await told;
    const received = await streamOf(response).rest();
    expect(received.length).toBeLessThan(messages);
    expect(received.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: 'answered' }] } });
  });
});

// As many seconds as a machine may stand still, and few enough for a test.
const patience = 3;

/** An endpoint that gives up soon who reads nothing, and its responses in order. */
async function impatient(options: McpRouterOptions = {}) {
  jest.spyOn(OpenStreams.prototype, 'patience', 'get').mockReturnValue(patience);
  const responses: ExpressResponse[] = [];
  const registry = createRegistry({ name: 'slow', version: '1.0.0' });
  const uri = `notes://${'x'.repeat(8000)}`;
  registry.resource(uri, {}, () => 'note');
  registry.tool('hello', {}, () => 'hello');
  registry.tool('long', {}, () => 'x'.repeat(60_000_000));
  const endpoint = await RunningEndpoint.start(registry, {
    ...options,
    keepAliveSeconds: 1,
    before: [
      (_request, response, next) => {
        responses.push(response);
        next();
      },
    ],
  });
  return { endpoint, registry, responses, uri };
}

describe('a client that reads nothing', () => {
  it.each<[string, (endpoint: RunningEndpoint, uri: string) => Promise<Response>]>([
    [
      'of subscriptions/listen',
      (endpoint, uri) => endpoint.modern('subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } }),
    ],
    [
      'of the GET stream of its session',
      async (endpoint, uri) => {
        const session = await endpoint.openSession();
        await (await session.request('resources/subscribe', { uri })).text();
        return session.listen();
      },
    ],
  ])('%s is cut off, little waits for it meanwhile, and others hear everything', async (_what, listen) => {
    const { endpoint, registry, responses, uri } = await impatient({ sessions: true });
    const notifications = { resourceSubscriptions: [uri] };
    const other = streamOf(await endpoint.modern('subscriptions/listen', { notifications }));
    await other.next();
    // Kept to the end: fetch hangs up when its response is collected as garbage, which would look like being cut off.
    const unread = await listen(endpoint, uri);
    const slow = responses.at(-1);
    let most = 0;
    let heard = 0;
    for (; slow?.destroyed === false; heard++) {
      registry.resourceUpdated(uri);
      expect(await other.next()).toMatchObject({ method: 'notifications/resources/updated', params: { uri } });
      most = Math.max(most, slow.writableLength);
    }
    // As much as Node holds before it says that it is enough, which differs between its versions, and one message.
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(getDefaultHighWaterMark(false) + 2 * uri.length);
    expect(heard).toBeGreaterThan(0);
    expect(endpoint.router.stats().limits.slow_reader).toBe(1);
    await expect(unread.text()).rejects.toThrow();
    await other.cancel();
  });

  it('of a long answer is cut off, and others are served meanwhile', async () => {
    const { endpoint, responses } = await impatient();
    const response = await endpoint.modern('tools/call', { name: 'long' });
    const [slow] = responses;
    expect(slow?.writableFinished).toBe(false);
    const hello = await endpoint.modern('tools/call', { name: 'hello' });
    expect(await jsonOf(hello)).toMatchObject({ result: { content: [{ text: 'hello' }] } });
    await until('it is cut off', () => slow?.destroyed === true);
    await expect(response.text()).rejects.toThrow();
    expect(endpoint.router.stats().limits.slow_reader).toBe(1);
  });
});

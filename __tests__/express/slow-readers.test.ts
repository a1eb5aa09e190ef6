import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { McpRouterOptions } from '../../lib/index.js';
import { createRegistry } from '../../lib/index.js';
import { RunningEndpoint, closeEndpoints, streamOf } from '../support/running-endpoint.js';

afterEach(closeEndpoints);
jest.setTimeout(60_000);

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
  });

  it('that has no limit gets everything', async () => {
    const { endpoint } = await start({ limits: { bufferedBytes: false } });
    const response = await endpoint.modern('tools/call', { name: 'tell', ...progressing });
    expect(await streamOf(response).rest()).toHaveLength(messages + 1);
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

    const lastId = blocks.findLast(({ id }) => id !== undefined)?.id ?? '';
    const resumed = await streamOf(await session.listen({ 'Last-Event-ID': lastId })).rest();
    expect(before + resumed.length).toBe(messages + 1);
    expect(resumed.at(-1)).toMatchObject({ id: 1, result: { content: [{ text: 'answered' }] } });
  });
});

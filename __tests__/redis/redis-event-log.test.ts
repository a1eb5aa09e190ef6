import { expect, it } from '@jest/globals';
import { redisStores } from '../../lib/redis/index.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

describeWithRedis('an event log in Redis', () => {
  it.each(clientsOfServer)('by way of %s hands out pages that fit into memory', async (_name, openClient) => {
    const server = await RedisServer.start();
    const opened = await openClient(server.port);
    const { close, events } = redisStores(opened.client);
    const first = await events.append('stream', 'begin', false, 60);
    const lengths = [100_000, 100_000, 100_000, 400_000, 1];
    for (const length of lengths) await events.append('stream', 'x'.repeat(length), length === 1, 60);
    const pages: number[][] = [];
    for (let after = first, isComplete = false; !isComplete;) {
      const page = await events.readAfter('stream', after);
      pages.push(page?.events.map(({ message }) => message.length) ?? []);
      after = page?.events.at(-1)?.id ?? after;
      isComplete = page?.isComplete ?? true;
    }
    // 256 KiB, and one message in any case.
    expect(pages).toEqual([[100_000, 100_000], [100_000], [400_000], [1]]);
    await close();
    opened.close();
    await server.stop();
  });
});

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { redisStores } from '../../lib/redis/index.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

describeWithRedis('weights in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  /** Bytes that all keys take, by Redis' own count. */
  const memoryOf = (prefix: string): number => {
    const keys = server.ask('KEYS', `${prefix}:1:*`).split('\n');
    const sizes = server.askAll(keys.map((key) => `MEMORY USAGE ${key} SAMPLES 0`));
    return sizes.reduce((sum, size) => sum + Number(size), 0);
  };
  const weightOf = (prefix: string, kind: string): number =>
    Number(server.ask('HGET', `${prefix}:1:{${kind}.${prefix}}:sizes`, ''));

  it.each(clientsOfServer)(
    'by way of %s are at least what sessions take, with their subscriptions',
    async (name, openClient) => {
      const opened = await openClient(server.port);
      const prefix = `sessions-${name}`;
      const { sessions, close } = redisStores(opened.client, { prefix, commandTimeoutMs: 20_000 });
      const usual = {
        principal: 'p'.repeat(90),
        version: '2025-11-25',
        handshake: 'h'.repeat(200),
        openedAt: '1'.repeat(13),
      };
      for (let each = 0; each < 60; each++) {
        const quota = { owner: `owner ${each % 7}`, most: 1000, mostBytes: 16_777_216 };
        const session = crypto.randomUUID();
        // The smallest, usual ones, and those with many subscriptions.
        await sessions.create(session, each % 3 === 0 ? {} : usual, 60, quota);
        if (each % 3 !== 2) continue;
        for (let uri = 0; uri < 60; uri++) await sessions.change(session, { [`uri notes://${uri}`]: '' }, quota);
      }
      const [memory, weight] = [memoryOf(prefix), weightOf(prefix, 'sessions')];
      expect(weight).toBeGreaterThanOrEqual(memory);
      // Honest callers are not weighed for much more than they take.
      expect(weight).toBeLessThan(3 * memory);
      await close();
      opened.close();
    },
  );

  it.each(clientsOfServer)('by way of %s are at least what streams take', async (name, openClient) => {
    const opened = await openClient(server.port);
    const prefix = `events-${name}`;
    const { events, close } = redisStores(opened.client, { prefix, commandTimeoutMs: 20_000, eventsPerStream: 100 });
    for (let each = 0; each < 60; each++) {
      const stream = `${crypto.randomUUID()}.${crypto.randomUUID()}`;
      // Answers with one message, progress of some bytes, large messages, and streams that drop their oldest events.
      const messages = [1, 50, 10, 250][each % 4] ?? 0;
      const length = [300, 100, 20_000, 200][each % 4] ?? 0;
      for (let event = 0; event < messages; event++) {
        await events.append(stream, 'x'.repeat(length), event === messages - 1, 60, `owner ${each % 7}`);
      }
    }
    const [memory, weight] = [memoryOf(prefix), weightOf(prefix, 'events')];
    expect(weight).toBeGreaterThanOrEqual(memory);
    expect(weight).toBeLessThan(3 * memory);
    await close();
    opened.close();
  });

  it.each(clientsOfServer)(
    'by way of %s find sessions again that are used for longer than the set of their owner lives, before others lose theirs',
    async (name, openClient) => {
      const opened = await openClient(server.port);
      const prefix = `long-${name}`;
      const { sessions, close } = redisStores(opened.client, {
        prefix,
        commandTimeoutMs: 20_000,
        sessionBytes: 20_000,
      });
      const begin = async (owner: string): Promise<string> => {
        const session = crypto.randomUUID();
        // It would end soon, and is used.
        expect(await sessions.create(session, { text: 'x'.repeat(1000) }, 60, { owner, most: 100 })).toBe(true);
        await sessions.read(session, 600);
        return session;
      };
      const ofBob = await begin('bob');
      const ofAda: string[] = [];
      for (let each = 0; each < 8; each++) ofAda.push(await begin('ada'));
      // As after a day in which Ada began none; Bob did.
      const key = (owner: string): string =>
        `${prefix}:1:{sessions.${prefix}}:of:${createHash('sha256').update(owner).digest('base64url')}`;
      expect(server.ask('DEL', key('ada'))).toBe('1');
      server.ask(
        'ZREM',
        `${prefix}:1:{sessions.${prefix}}:owners`,
        createHash('sha256').update('ada').digest('base64url'),
      );
      const ends = `${prefix}:1:{sessions.${prefix}}:ends`;
      for (const member of server.ask('ZRANGE', ends, '0', '-1').split('\n')) server.ask('ZADD', ends, '1', member);
      const ofEve = [await begin('eve'), await begin('eve')];
      const kept = async (list: readonly string[]): Promise<number> =>
        (await Promise.all(list.map((id) => sessions.read(id, 600)))).filter((fields) => fields !== undefined).length;
      expect([await kept([ofBob]), await kept(ofEve)]).toEqual([1, 2]);
      expect(await kept(ofAda)).toBe(6);
      // For router.stats().limits.session_store_full.
      expect(sessions.dropped?.()).toBe(2);
      await close();
      opened.close();
    },
  );

  it('keep no stream for which more small ones would have to go than one message may drop', async () => {
    const [[, openClient] = []] = clientsOfServer;
    const opened = await openClient?.(server.port);
    if (opened === undefined) throw new Error('There are no clients');
    const prefix = 'crowded';
    const { events, close } = redisStores(opened.client, {
      prefix,
      commandTimeoutMs: 20_000,
      eventBytesPerPrincipal: 1200 * 6144,
    });
    for (let begin = 0; begin < 1200; begin += 100) {
      await Promise.all(
        Array.from({ length: 100 }, (_each, index) => events.append(`small-${begin + index}`, 'x', true, 60, 'ada')),
      );
    }
    const limit = 1200 * 6144;
    const place = await events.append('large', 'x'.repeat(limit - 1000), true, 60, 'ada');
    expect(await events.readAfter('large', place)).toBeUndefined();
    expect(weightOf(prefix, 'events')).toBeLessThanOrEqual(limit);
    // Room was made meanwhile.
    const again = await events.append('large', 'x'.repeat(limit - 1000), true, 60, 'ada');
    expect(await events.readAfter('large', again)).toEqual({ events: [], isComplete: true });
    await close();
    opened.close();
  });
});

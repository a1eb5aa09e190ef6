import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RedisStores } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { CuttableProxy } from '../support/cuttable-proxy.js';
import type { OpenClient } from '../support/redis-clients.js';
import { clientsOfServer } from '../support/redis-clients.js';
import { until } from '../support/running-endpoint.js';
import { describeWithRedis, RedisServer } from '../support/redis-server.js';

const seconds = (count: number) => count * 1000;

describeWithRedis('when Redis is away', () => {
  describe.each(clientsOfServer)('by way of the package %s', (_name, openClient) => {
    let server: RedisServer;
    let proxy: CuttableProxy;
    const clients: OpenClient[] = [];
    const opened: RedisStores[] = [];

    const open = async (port: number, commandTimeoutMs = 1000): Promise<RedisStores> => {
      const client = await openClient(port);
      const stores = redisStores(client.client, { commandTimeoutMs });
      clients.push(client);
      opened.push(stores);
      return stores;
    };

    beforeEach(async () => {
      server = await RedisServer.start();
      proxy = await CuttableProxy.start(server.port);
    });
    afterEach(async () => {
      server.thaw();
      for (const stores of opened.splice(0)) await stores.close();
      for (const { close } of clients.splice(0)) close();
      await proxy.close();
      await server.stop();
    });

    const lease = { owner: 'run', seconds: 30 };

    /** Every operation of every port. */
    const operations = ({
      bus,
      events,
      replay,
      revocation,
      sessions,
      tasks,
    }: RedisStores): readonly (() => Promise<unknown>)[] => [
      () => bus.publish('topic', 'message'),
      () => bus.subscribe('other', () => undefined),
      () => events.append('stream', 'message', false, 60),
      () => events.readAfter('stream', '1'),
      () => replay.markUsed('id', 60),
      () => revocation.revoke('key', 1, 60),
      () => revocation.revokedAt(['key']),
      () => sessions.create('session', {}, 60),
      () => sessions.read('session', 60),
      () => sessions.change('session', { a: 'b' }),
      () => sessions.delete('session'),
      () => tasks.create({ id: 'task', principal: 'ada', content: '' }, 60, lease, 1000),
      () => tasks.read('task'),
      () => tasks.change({ id: 'task', principal: 'ada', version: 1 }, { content: '', isOver: false, lease: 'keep' }),
      () => tasks.renew('task', lease),
      () => tasks.takeAbandoned(lease, 10),
    ];

    const works = async (act: () => Promise<unknown>): Promise<boolean> => {
      const [outcome] = await Promise.allSettled([act()]);
      return outcome.status === 'fulfilled';
    };

    /** Tries until it works. */
    const untilWorks = (act: () => Promise<unknown>): Promise<void> => until('it works', () => works(act));

    /** Publishes until it is heard. */
    const untilHeard = (from: RedisStores, topic: string, heard: readonly string[], what: string): Promise<void> =>
      until(`${what} is heard on ${topic}`, async () => {
        await works(() => from.bus.publish(topic, what));
        return heard.includes(what);
      });

    it(
      'rejects all that is asked of it, and comes back with it, subscriptions too',
      async () => {
        const stores = await open(server.port);
        const heard: string[] = [];
        await stores.bus.subscribe('topic', (message) => heard.push(message));
        await server.kill();
        for (const operate of operations(stores)) await expect(operate()).rejects.toThrow();
        await server.begin();
        for (const operate of operations(stores)) await untilWorks(operate);
        await untilHeard(stores, 'topic', heard, 'back');
        expect(heard).toContain('back');
      },
      seconds(60),
    );

    it(
      'does not wait for one that is known to be gone',
      async () => {
        const stores = await open(server.port, 30_000);
        await stores.replay.markUsed('first', 60);
        await server.kill();
        // At the first the client may not know yet; then it does, and thousands fail within the time limit of one.
        await expect(stores.replay.markUsed('second', 60)).rejects.toThrow();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 5000 }, (_, index) => stores.replay.markUsed(`proof ${index}`, 60)),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
      },
      seconds(25),
    );

    it(
      'gives up on one that answers nobody, without piling up commands, and goes on when it wakes',
      async () => {
        const stores = await open(server.port, 300);
        const other = await open(server.port, 300);
        const heard: string[] = [];
        await stores.bus.subscribe('topic', (message) => heard.push(message));
        await stores.replay.markUsed('before', 60);
        server.freeze();
        await expect(stores.replay.markUsed('during', 60)).rejects.toThrow('Redis did not answer SET within 300 ms');
        await expect(stores.replay.markUsed('during', 60)).rejects.toThrow('Redis does not answer');
        const outcomes = await Promise.allSettled(
          Array.from({ length: 1000 }, (_, index) => stores.replay.markUsed(`proof ${index}`, 60)),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
        server.thaw();
        await untilWorks(() => stores.replay.markUsed('after', 60));
        await untilHeard(other, 'topic', heard, 'awake');
        // A command that was refused without being sent marked nothing; one that had been sent may have.
        expect(await stores.replay.markUsed('proof 999', 60)).toBe(true);
        expect(await stores.replay.markUsed('before', 60)).toBe(false);
      },
      seconds(60),
    );

    it(
      'finds out by itself that a connection is dead which nobody closed, and listens again',
      async () => {
        const stores = await open(proxy.port);
        const other = await open(server.port);
        const heard: string[] = [];
        await stores.bus.subscribe('topic', (message) => heard.push(message));
        await untilHeard(other, 'topic', heard, 'before');
        proxy.swallow();
        await expect(stores.replay.markUsed('during', 60)).rejects.toThrow();
        proxy.passNewConnections();
        await untilHeard(other, 'topic', heard, 'after');
        await untilWorks(() => stores.replay.markUsed('after', 60));
        expect(heard).toContain('after');
      },
      seconds(60),
    );

    it(
      'keeps subscriptions through many losses, also of those that were made meanwhile',
      async () => {
        const stores = await open(proxy.port);
        const other = await open(server.port);
        const heard = new Map<string, string[]>();
        const listen = async (topic: string): Promise<void> => {
          const messages: string[] = [];
          await stores.bus.subscribe(topic, (message) => messages.push(message));
          heard.set(topic, messages);
        };
        for (let round = 0; round < 5; round += 1) {
          await untilWorks(() => listen(`topic ${round}`));
          proxy.cut();
          await untilWorks(() => listen(`meanwhile ${round}`));
          for (const [topic, messages] of heard) await untilHeard(other, topic, messages, `round ${round}`);
        }
        expect([...heard.keys()]).toHaveLength(10);
      },
      seconds(60),
    );

    it(
      'knows its scripts after a restart that made Redis forget them',
      async () => {
        const stores = await open(server.port);
        await stores.sessions.create('session', { a: '1' }, 60);
        server.ask('SCRIPT', 'FLUSH');
        expect(await stores.sessions.read('session', 60)).toEqual({ a: '1' });
        expect(await server.commandsOf(() => stores.sessions.read('session', 60))).toEqual(['evalsha']);
      },
      seconds(20),
    );

    it('passes on what Redis refuses', async () => {
      const stores = await open(server.port);
      server.ask('SET', 'express-mcp:1:session:session', 'not a hash');
      await expect(stores.sessions.read('session', 60)).rejects.toThrow('WRONGTYPE');
    });

    it('listens to nothing any more once it is closed, and leaves the client to its owner', async () => {
      const stores = await open(server.port);
      const heard: string[] = [];
      const stop = await stores.bus.subscribe('topic', (message) => heard.push(message));
      const { length: before } = server.ask('CLIENT', 'LIST', 'TYPE', 'pubsub').split('\n');
      await stores.close();
      await stop();
      await expect(stores.bus.subscribe('topic', () => undefined)).rejects.toThrow('closed');
      await stores.bus.publish('topic', 'nobody');
      await until('nobody listens', () => server.ask('PUBSUB', 'CHANNELS') === '');
      expect([before, heard]).toEqual([1, []]);
    });
  });
});

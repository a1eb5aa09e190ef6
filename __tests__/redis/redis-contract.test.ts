import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskChange, TaskStore } from '../../lib/index.js';
import type { RedisStores, RedisStoresOptions } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { eventLogContract } from '../stores/contract/event-log-contract.js';
import { messageBusContract } from '../stores/contract/message-bus-contract.js';
import { replayStoreContract } from '../stores/contract/replay-store-contract.js';
import { revocationStoreContract } from '../stores/contract/revocation-store-contract.js';
import { sessionStoreContract } from '../stores/contract/session-store-contract.js';
import { describeTaskStore } from '../stores/task-store-contract.js';
import { weighedStoresContract } from './weighed-stores-contract.js';
import { letTasksAge } from '../support/ageing-tasks.js';
import { alternating } from '../support/alternating-task-store.js';
import type { OpenClient, OpenClientOf } from '../support/redis-clients.js';
import { clientsOfCluster, clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisCluster, RedisServer } from '../support/redis-server.js';
import { until } from '../support/running-endpoint.js';

const over = (content: string): TaskChange => ({ content, isOver: true, lease: undefined });

/**
 * Runs the contract with two clients, as two processes have them.
 *
 * @param serversOf - the nodes of the cluster, or the one server; called when the tests run
 */
function contractOf(openClient: OpenClientOf, serversOf: () => readonly RedisServer[]): void {
  const clients: OpenClient[] = [];
  const stores: RedisStores[] = [];
  let small: RedisStores;

  const open = async (eventsPerStream = 1000): Promise<RedisStores> => {
    const opened = await openClient(serversOf()[0]?.port ?? 0);
    clients.push(opened);
    const store = redisStores(opened.client, { commandTimeoutMs: 20_000, eventsPerStream });
    stores.push(store);
    return store;
  };

  /** An endpoint of its own, that two processes share. */
  const openTasks = (limits: RedisStoresOptions = {}): TaskStore => {
    const options = { prefix: `tasks-${crypto.randomUUID()}`, commandTimeoutMs: 20_000, ...limits };
    const [a, b] = clients.map(({ client }) => redisStores(client, options).tasks) as [TaskStore, TaskStore];
    return alternating(a, b);
  };

  beforeAll(async () => {
    await open();
    await open();
    small = await open(3);
  });

  afterAll(async () => {
    for (const store of stores) await store.close();
    for (const { close } of clients) close();
  });

  const both =
    <Port extends 'bus' | 'events' | 'replay' | 'revocation' | 'sessions'>(port: Port) =>
    (): readonly [RedisStores[Port], RedisStores[Port]] => {
      const [a, b] = stores as [RedisStores, RedisStores];
      return [a[port], b[port]];
    };

  eventLogContract(both('events'), () => small.events);
  messageBusContract(both('bus'));
  replayStoreContract(both('replay'));
  revocationStoreContract(both('revocation'));
  sessionStoreContract(both('sessions'));
  weighedStoresContract((limits) => {
    const options = { prefix: `weighed-${crypto.randomUUID()}`, commandTimeoutMs: 20_000, ...limits };
    const [a, b] = clients.map(({ client }) => redisStores(client, options)) as [RedisStores, RedisStores];
    stores.push(a, b);
    return [a, b];
  });
  describeTaskStore('in Redis', openTasks, (seconds) => {
    letTasksAge(serversOf(), seconds);
  });

  /** Begins and finishes a task for each content, one after the other. Returns all tasks that exist afterwards. */
  const finish = async (store: TaskStore, contents: Readonly<Record<string, string>>, principal = 'ada') => {
    for (const [id, content] of Object.entries(contents)) {
      await store.create({ id, principal, content: '' }, 60, { owner: 'run', seconds: 30 }, 5);
      await store.change({ id, principal, version: 1 }, over(content));
    }
    const found = await Promise.all(['a', 'b', 'c', 'd', 'of bob'].map((id) => store.read(id)));
    return found.flatMap((task) => (task === undefined ? [] : [task.id]));
  };

  it('keeps so many finished tasks of each principal, and drops the oldest', async () => {
    const store = openTasks({ finishedTasksPerPrincipal: 2 });
    await finish(store, { 'of bob': '' }, 'bob');
    await store.create({ id: 'd', principal: 'ada', content: '' }, 60, { owner: 'run', seconds: 30 }, 5);
    expect(await finish(store, { a: '', b: '' })).toEqual(['a', 'b', 'd', 'of bob']);
    // A running one does not count.
    expect(await finish(store, { c: '' })).toEqual(['b', 'c', 'd', 'of bob']);
    expect(await store.change({ id: 'd', principal: 'ada', version: 1 }, over(''))).toBe(true);
    expect(await finish(store, {})).toEqual(['c', 'd', 'of bob']);
  });

  it('keeps so many bytes of finished tasks of each principal, and the last task in any case', async () => {
    const store = openTasks({ finishedBytesPerPrincipal: 10 });
    await finish(store, { 'of bob': '0123456789' }, 'bob');
    expect(await finish(store, { a: '1234', b: '123456' })).toEqual(['a', 'b', 'of bob']);
    // Bytes, not characters.
    expect(await finish(store, { c: 'ö' })).toEqual(['b', 'c', 'of bob']);
    expect(await finish(store, { d: 'more than there is room for' })).toEqual(['d', 'of bob']);
  });

  it('lets a lease run out, and a task end, by the clock of Redis', async () => {
    const store = openTasks();
    await store.create({ id: 'one', principal: 'ada', content: '' }, 600, { owner: 'dead', seconds: 0.2 }, 1);
    await until('somebody gets it', async () => {
      const [task] = await store.takeAbandoned({ owner: 'next', seconds: 30 }, 1);
      return task?.owner === 'next';
    });
    await store.create({ id: 'brief', principal: 'bob', content: '' }, 0.2, { owner: 'run', seconds: 30 }, 1);
    await until('it is gone', async () => (await store.read('brief')) === undefined);
    expect(await store.create({ id: 'two', principal: 'bob', content: '' }, 60, { owner: 'run', seconds: 30 }, 1)).toBe(
      true,
    );
  });
}

describeWithRedis('stores in one Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  describe.each(clientsOfServer)('by way of the package %s', (_name, openClient) => {
    contractOf(openClient, () => [server]);
  });

  it('wrote nothing that does not expire, and only names that are documented', () => {
    const count = (condition: string): number =>
      Number(
        server.ask(
          'EVAL',
          `local n = 0 for _, k in ipairs(redis.call('KEYS', '*')) do if ${condition} then n = n + 1 end end return n`,
          '0',
        ),
      );
    for (const kind of ['session:', 'events:', 'replay:', '{revoked}:']) {
      const start = `express-mcp:1:${kind}`;
      expect([kind, count(`string.sub(k, 1, ${start.length}) == '${start}'`)]).not.toEqual([kind, 0]);
    }
    expect(count("string.match(k, '^tasks%-[^:]+:1:{tasks%.tasks%-[^:]+}:task:.')")).toBeGreaterThan(0);
    // The principal is searched behind the braces: a prefix made of a UUID can contain it by chance.
    const ofTasks = "string.match(k, '^tasks%-[^:]+:1:{tasks%.tasks%-[^:]+}:%l+') and not string.match(k, '}.*ada')";
    const weights = "string.match(k, '^[%w-]+:1:{%l+%.[%w-]+}:%l+') and not string.match(k, '}.*ada')";
    const ofWeighed = `string.match(k, '^weighed%-[^:]+:1:%l+:.') or ${weights}`;
    expect(count(`not string.match(k, '^express%-mcp:1:[^:]+:.') and not (${ofTasks}) and not (${ofWeighed})`)).toBe(0);
    expect(count("redis.call('PTTL', k) < 0")).toBe(0);
  });
});

describeWithRedis('stores in a Redis Cluster of three nodes', () => {
  let cluster: RedisCluster<RedisServer>;
  beforeAll(async () => {
    cluster = await RedisCluster.start(RedisServer);
  });
  afterAll(() => cluster.stop());

  describe.each(clientsOfCluster)('by way of the package %s', (_name, openClient) => {
    contractOf(openClient, () => cluster.nodes);
  });

  it('spread over all nodes', () => {
    expect(cluster.nodes.filter((node) => Number(node.ask('DBSIZE')) === 0)).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { RedisStores } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { eventLogContract } from '../stores/contract/event-log-contract.js';
import { messageBusContract } from '../stores/contract/message-bus-contract.js';
import { replayStoreContract } from '../stores/contract/replay-store-contract.js';
import { revocationStoreContract } from '../stores/contract/revocation-store-contract.js';
import { sessionStoreContract } from '../stores/contract/session-store-contract.js';
import type { OpenClient, OpenClientOf } from '../support/redis-clients.js';
import { clientsOfCluster, clientsOfServer } from '../support/redis-clients.js';
import { describeWithRedis, RedisClusterServer, RedisServer } from '../support/redis-server.js';

// Servers of their own are started, however slow the machine.
jest.setTimeout(60_000);

/** Runs the contract with two clients, as two processes have them. */
function contractOf(openClient: OpenClientOf, portOf: () => number): void {
  const clients: OpenClient[] = [];
  const stores: RedisStores[] = [];
  let small: RedisStores;

  const open = async (eventsPerStream = 1000): Promise<RedisStores> => {
    const opened = await openClient(portOf());
    clients.push(opened);
    const store = redisStores(opened.client, { commandTimeoutMs: 20_000, eventsPerStream });
    stores.push(store);
    return store;
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
}

describeWithRedis('stores in one Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  describe.each(clientsOfServer)('by way of the package %s', (_name, openClient) => {
    contractOf(openClient, () => server.port);
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
    expect(count("not string.match(k, '^express%-mcp:1:[^:]+:.')")).toBe(0);
    expect(count("redis.call('PTTL', k) < 0")).toBe(0);
  });
});

describeWithRedis('stores in a Redis Cluster of three nodes', () => {
  let cluster: RedisClusterServer;
  beforeAll(async () => {
    cluster = await RedisClusterServer.start();
  }, 60_000);
  afterAll(() => cluster.stop());

  describe.each(clientsOfCluster)('by way of the package %s', (_name, openClient) => {
    contractOf(openClient, () => cluster.nodes[0]?.port ?? 0);
  });

  it('spread over all nodes', () => {
    expect(cluster.nodes.filter((node) => Number(node.ask('DBSIZE')) === 0)).toEqual([]);
  });
});

import { setTimeout as pause } from 'node:timers/promises';

const outageMs = 5000;

/** One node cannot reach Redis: every connection is ended, and no new one is made. The others do not notice. */
export const networkCut = {
  name: 'network-cut',
  act: async ({ networks: [network] }) => {
    network.cut();
    await pause(outageMs);
    network.heal();
  },
};

/** Nothing gets through between two nodes and Redis, and nobody is told. Connections from before stay dead afterwards. */
export const networkSilent = {
  name: 'network-silent',
  // One node has the package redis, the other ioredis.
  act: async ({ networks: [one, other] }) => {
    one.swallow();
    other.swallow();
    // Longer than the silence after which clients give up a connection (docs/redis.md).
    await pause(2 * outageMs);
    one.heal();
    other.heal();
  },
};

import { setTimeout as pause } from 'node:timers/promises';

const outageMs = 5000;

/** One node cannot reach Redis: its connections are ended, and new ones fail. The others do not notice. */
export const networkCut = {
  name: 'network-cut',
  act: async ({ networks: [network] }) => {
    network.cut();
    await pause(outageMs);
    network.heal();
  },
};

/** Data between two nodes and Redis is dropped silently. Older connections stay dead afterwards. */
export const networkSilent = {
  name: 'network-silent',
  // One node uses the package redis, the other ioredis.
  act: async ({ networks: [one, other] }) => {
    one.swallow();
    other.swallow();
    // Longer than the silence after which clients drop a connection (docs/redis.md).
    await pause(2 * outageMs);
    one.heal();
    other.heal();
  },
};

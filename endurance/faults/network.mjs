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

/** Nothing gets through between one node and Redis, and nobody is told. Connections from before stay dead afterwards. */
export const networkSilent = {
  name: 'network-silent',
  act: async ({ networks: [network] }) => {
    network.swallow();
    // Longer than the silence after which clients give up a connection (docs/redis.md).
    await pause(2 * outageMs);
    network.heal();
  },
};

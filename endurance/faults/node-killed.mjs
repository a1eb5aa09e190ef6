import { setTimeout as pause } from 'node:timers/promises';

/** A node dies as by kill -9, and is back two seconds later. */
export const nodeKilled = {
  name: 'node-killed',
  endsProcesses: true,
  act: async (cluster) => {
    const [, node] = cluster.nodes;
    await cluster.kill(node);
    await pause(2000);
    await node.begin();
  },
};

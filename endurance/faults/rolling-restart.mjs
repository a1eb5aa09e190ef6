/** Every node in turn gets SIGTERM, shuts down, and is started again. */
export const rollingRestart = {
  name: 'rolling-restart',
  endsProcesses: true,
  act: async ({ nodes }) => {
    let longestMs = 0;
    for (const node of nodes) {
      const begin = performance.now();
      await node.stop();
      longestMs = Math.max(longestMs, performance.now() - begin);
      await node.begin();
    }
    // No work of the load takes a second. Any longer time was spent waiting for unused connections.
    return () => [
      { what: 'ms that a node took to end', most: 4000, was: Math.round(longestMs), isMet: longestMs <= 4000 },
    ];
  },
};

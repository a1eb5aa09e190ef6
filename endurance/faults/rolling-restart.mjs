/** Every node in turn gets SIGTERM, ends in its own way, and is started again. */
export const rollingRestart = {
  name: 'rolling-restart',
  endsProcesses: true,
  act: async ({ nodes }) => {
    for (const node of nodes) {
      await node.stop();
      await node.begin();
    }
  },
};

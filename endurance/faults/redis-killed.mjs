import { setTimeout as pause } from 'node:timers/promises';

const act = async ({ redis }) => {
  await redis.kill();
  await pause(3000);
  await redis.begin();
};

/** Redis dies as by kill -9 and comes back with nothing: sessions begin anew, and tasks are unknown. */
export const redisKilled = {
  name: 'redis-killed',
  cluster: { isPersistent: false },
  allows: { tasksGone: Infinity },
  act,
};

/** The same with `appendonly yes`: no session may be gone. */
export const redisKilledPersistent = {
  name: 'redis-killed-persistent',
  cluster: { isPersistent: true },
  act: async (cluster, load) => {
    await act(cluster);
    return () => {
      const gone = load.operations.reduce((count, { sessionsGone = 0 }) => count + sessionsGone, 0);
      return [{ what: 'sessions gone', most: 0, was: gone, isMet: gone === 0 }];
    };
  },
};

import { setTimeout as pause } from 'node:timers/promises';

/** Redis keeps its connections and answers no commands for ten seconds. */
export const redisPaused = {
  name: 'redis-paused',
  act: async ({ redis }) => {
    redis.freeze();
    await pause(10_000);
    redis.thaw();
  },
};

import type { ReplayStore } from '../stores/replay-store.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';

/** A {@link ReplayStore} in Redis. */
export function redisReplayStore(commands: RedisCommands, keys: KeySpace): ReplayStore {
  return {
    markUsed: async (id, seconds) => {
      const key = keys.replay(id);
      // Setting what is not there is one command, so of two at once only one is the first.
      const answer = await commands.call(['SET', key, '1', 'NX', 'PX', timeToLive(seconds)], key);
      return answer !== null;
    },
    check: () => commands.ping(),
    close: () => Promise.resolve(),
  };
}

import type { RevocationStore } from '../stores/revocation-store.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';

/** A {@link RevocationStore} in Redis. */
export function redisRevocationStore(commands: RedisCommands, keys: KeySpace): RevocationStore {
  return {
    revoke: async (what, revokedAt, seconds) => {
      const key = keys.revoked(what);
      await commands.call(['SET', key, String(revokedAt), 'PX', timeToLive(seconds)], key);
    },
    revokedAt: async (all) => {
      const [first, ...others] = all.map((what) => keys.revoked(what));
      if (first === undefined) return [];
      const answers = (await commands.call(['MGET', first, ...others], first)) as readonly unknown[];
      return answers.map((answer) => (answer === null ? undefined : Number(answer)));
    },
    check: () => commands.ping(),
    close: () => Promise.resolve(),
  };
}

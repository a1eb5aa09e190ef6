import type { SessionStore } from '../stores/session-store.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';
import { redisScript } from './redis-commands.js';
import { SessionCounts } from './session-counts.js';

/** A field without a name, which every session has: a hash without fields would not exist. */
const marker = ['', ''] as const;

const create = redisScript(`
redis.call('DEL', KEYS[1])
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);

// As a list, which is the same in both versions of Redis's protocol.
const read = redisScript(`
if redis.call('PEXPIRE', KEYS[1], ARGV[1]) == 0 then return false end
return redis.call('HGETALL', KEYS[1])
`);

// A session that has ended must not come back as one that never ends. ARGV[1] fields are set, the others taken away.
const change = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local last = 1 + 2 * tonumber(ARGV[1])
for i = 2, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
return 1
`);

/** A {@link SessionStore} in Redis: one hash for each session. */
export function redisSessionStore(commands: RedisCommands, keys: KeySpace): SessionStore {
  const counts = new SessionCounts(commands, keys);
  return {
    create: async (id, fields, seconds, quota) => {
      // Counted first: what is counted and then does not come into being is found out later; the other way round it never would be.
      if (quota !== undefined && !(await counts.add(id, seconds, quota))) return false;
      const pairs = [marker, ...Object.entries(fields)].flat();
      await commands.evaluate(create, [keys.session(id)], timeToLive(seconds), ...pairs);
      return true;
    },
    read: async (id, seconds) => {
      const answer = await commands.evaluate(read, [keys.session(id)], timeToLive(seconds));
      return answer === null ? undefined : readFields((answer as readonly unknown[]).map(String));
    },
    change: async (id, changes) => {
      const set = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const taken = Object.keys(changes).filter((name) => changes[name] === undefined);
      await commands.evaluate(change, [keys.session(id)], String(set.length), ...set.flat(), ...taken);
    },
    delete: async (id, owner) => {
      const key = keys.session(id);
      await commands.call(['DEL', key], key);
      // A count that stays behind is corrected when the owner reaches the limit.
      if (owner !== undefined) void counts.remove(id, owner).catch(() => undefined);
    },
    remainingMs: async (id) => {
      const key = keys.session(id);
      const left = Number(await commands.call(['PTTL', key], key));
      // -2 for a key that does not exist.
      return left > 0 ? left : undefined;
    },
    check: () => commands.ping(),
    close: () => Promise.resolve(),
  };
}

function readFields(list: readonly string[]): Readonly<Record<string, string>> {
  const names = list.filter((_text, index) => index % 2 === 0);
  const pairs = names.map((name, index) => [name, list[2 * index + 1] ?? ''] as const);
  return Object.fromEntries(pairs.filter(([name]) => name !== marker[0]));
}

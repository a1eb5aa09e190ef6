import type { SessionQuota } from '../stores/session-store.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';
import { redisScript } from './redis-commands.js';

// Scores are times at which a session ends unless it is used. Later uses are not recorded here, since that would cost every request a
// command. If there is no room, the result has the sessions that may have ended, to be checked.
const add = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[4])
end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.max(ARGV[3], ARGV[5]))
return 1
`);

// Pairs of a session and the milliseconds that it is still kept for, 0 or less when it is not.
const settle = redisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #ARGV, 2 do
  if tonumber(ARGV[i + 1]) > 0 then redis.call('ZADD', KEYS[1], 'XX', now + ARGV[i + 1], ARGV[i])
  else redis.call('ZREM', KEYS[1], ARGV[i]) end
end
return 1
`);

// Number of sessions that are checked at once, and how often. The limits bound a handshake of an owner with thousands of old sessions.
const candidates = 100;
const maxRounds = 10;
const aDayMs = 86_400_000;

/**
 * Counts the sessions of each owner, over all processes, in one sorted set for each. In a cluster, a session and the set are in
 * different slots. So the set only knows when a session would end unused. If there is no room, sessions whose time seems to be over are
 * checked.
 */
export class SessionCounts {
  readonly #commands: RedisCommands;
  readonly #keys: KeySpace;

  constructor(commands: RedisCommands, keys: KeySpace) {
    this.#commands = commands;
    this.#keys = keys;
  }

  /** @returns false when the owner has as many as it may */
  async add(id: string, seconds: number, { owner, most }: SessionQuota): Promise<boolean> {
    const key = this.#keys.sessionsOf(owner);
    // A set that expires forgets sessions that are still in use, of an owner that began none for a day.
    const args = [id, String(most), timeToLive(seconds), String(candidates), String(aDayMs)];
    for (let round = 0; round < maxRounds; round++) {
      const answer = await this.#commands.evaluate(add, [key], ...args);
      if (!Array.isArray(answer)) return true;
      if (answer.length === 0) return false;
      await this.#commands.evaluate(settle, [key], ...(await this.#remaining(answer.map(String))));
    }
    return false;
  }

  async remove(id: string, owner: string): Promise<void> {
    const key = this.#keys.sessionsOf(owner);
    await this.#commands.call(['ZREM', key, id], key);
  }

  async #remaining(ids: readonly string[]): Promise<readonly string[]> {
    const pairs = ids.map(async (id) => {
      const key = this.#keys.session(id);
      return [id, String(await this.#commands.call(['PTTL', key], key))];
    });
    return (await Promise.all(pairs)).flat();
  }
}

import type { SessionQuota } from '../stores/session-store.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';
import { redisScript } from './redis-commands.js';

// Scores are times after which a session has ended unless it was used meanwhile, which is not written down here: that would cost every
// request a command. When there is no room, the answer is those that may have ended, to be looked at.
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

// As many as are asked about at once; and so often, so that a handshake of an owner with thousands of old sessions has an end.
const candidates = 100;
const mostRounds = 10;
const aDayMs = 86_400_000;

/**
 * Counts the sessions of each owner, over all processes, in one sorted set for each. A session lives in another slot of a cluster than
 * the set, so the set only knows when it would end unused; who finds no room asks about those whose time seems to be over.
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
    for (let round = 0; round < mostRounds; round++) {
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

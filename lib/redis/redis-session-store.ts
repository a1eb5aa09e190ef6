import type { SessionFields, SessionQuota, SessionStore } from '../stores/session-store.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';
import { redisScript } from './redis-commands.js';
import type { OwnerLimits } from './weighed-entries.js';
import { WeighedEntries } from './weighed-entries.js';

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

// A session that has ended must not come back as one that never ends. ARGV[1] fields are set, the others taken away; each weighs ARGV[2]
// bytes more than its texts. Returns the bytes that the session gained.
const change = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local last = 2 + 2 * tonumber(ARGV[1])
local gained = 0
local function weightOf(name)
  local text = redis.call('HGET', KEYS[1], name)
  return text and #name + #text + tonumber(ARGV[2]) or 0
end
for i = 3, last, 2 do
  gained = gained - weightOf(ARGV[i])
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  gained = gained + weightOf(ARGV[i])
end
for i = last + 1, #ARGV do
  gained = gained - weightOf(ARGV[i])
  redis.call('HDEL', KEYS[1], ARGV[i])
end
return gained
`);

// Bytes of a session in Redis, and of each of its fields, beside the texts. A test compares them with MEMORY USAGE.
const bytesOfSession = 1024;
const bytesOfField = 96;

/**
 * A {@link SessionStore} in Redis: one hash for each session.
 *
 * @param bytes - of all sessions together; beyond, those of the owner who has most end, the oldest first
 */
export function redisSessionStore(commands: RedisCommands, keys: KeySpace, bytes: number): SessionStore {
  const weights = new WeighedEntries(commands, keys.weighed('sessions'), { bytes, keyOf: (id) => keys.session(id) });
  const settled = (id: string, owner: string, growth: number): void => {
    // A weight that stays too high is corrected when the session has ended.
    if (growth !== 0) void weights.weigh({ id, owner, seconds: 0 }, 'grow', growth, unlimited).catch(() => undefined);
  };
  return {
    create: async (id, fields, seconds, quota) => {
      const weight = bytesOfSession + bytesOf(fields);
      const key = keys.session(id);
      const pairs = [marker, ...Object.entries(fields)].flat();
      // Weighed afterwards: another process that makes room must find the session that it evicts.
      await commands.evaluate(create, [key], timeToLive(seconds), ...pairs);
      let hasRoom = false;
      try {
        hasRoom = await weights.weigh({ id, owner: ownerOf(quota), seconds }, 'set', weight, limitsOf(quota));
      } finally {
        if (!hasRoom) await commands.call(['UNLINK', key], key);
      }
      return hasRoom;
    },
    read: async (id, seconds) => {
      const answer = await commands.evaluate(read, [keys.session(id)], timeToLive(seconds));
      return answer === null ? undefined : readFields((answer as readonly unknown[]).map(String));
    },
    change: async (id, changes, quota) => {
      const set = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const taken = Object.keys(changes).filter((name) => changes[name] === undefined);
      const owner = ownerOf(quota);
      const most = bytesOf(Object.fromEntries(set));
      if (most > 0 && !(await weights.weigh({ id, owner, seconds: 0 }, 'grow', most, limitsOf(quota)))) return false;
      const args = [String(set.length), String(bytesOfField), ...set.flat(), ...taken];
      const gained = Number(await commands.evaluate(change, [keys.session(id)], ...args));
      settled(id, owner, gained - most);
      return true;
    },
    delete: async (id, owner) => {
      const key = keys.session(id);
      await commands.call(['DEL', key], key);
      // A weight that stays behind is corrected when the limit is reached.
      void weights.forget(id, owner ?? '').catch(() => undefined);
    },
    remainingMs: async (id) => {
      const key = keys.session(id);
      const left = Number(await commands.call(['PTTL', key], key));
      // -2 for a key that does not exist. A key with 0 left still does, and a request would keep it.
      return left >= 0 ? left : undefined;
    },
    dropped: () => weights.evicted,
    check: () => commands.ping(),
    close: () => Promise.resolve(),
  };
}

const unlimited: OwnerLimits = { entries: Infinity, bytes: Infinity, evicts: false };

function limitsOf(quota: SessionQuota | undefined): OwnerLimits {
  return quota === undefined ? unlimited : { entries: quota.most, bytes: quota.mostBytes ?? Infinity, evicts: false };
}

function ownerOf(quota: SessionQuota | undefined): string {
  return quota?.owner ?? '';
}

function bytesOf(fields: SessionFields): number {
  const weights = Object.entries(fields).map(([name, text]) => Buffer.byteLength(name) + Buffer.byteLength(text));
  return weights.reduce((sum, weight) => sum + weight + bytesOfField, 0);
}

function readFields(list: readonly string[]): Readonly<Record<string, string>> {
  const names = list.filter((_text, index) => index % 2 === 0);
  const pairs = names.map((name, index) => [name, list[2 * index + 1] ?? ''] as const);
  return Object.fromEntries(pairs.filter(([name]) => name !== marker[0]));
}

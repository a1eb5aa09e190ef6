import { redisScript } from './redis-commands.js';

// The clocks of processes differ; only that of Redis says when a lease runs out. An index lives as long as the last of its tasks.
const prelude = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function live(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, string.format('%.0f', ttl)) end
end
local function hold(index, score, id, ttl)
  redis.call('ZADD', index, string.format('%.0f', score), id)
  live(index, ttl)
end
`;

/** KEYS: task, leases, tasks of the principal. ARGV: id, principal, content, time to live, owner, lease, most at once. */
export const createScript = redisScript(`${prelude}
local begun = now()
-- What is gone by now takes no place; there are no more of them than the principal may have.
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', begun))
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[7]) then return 0 end
local ttl = tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'principal', ARGV[2], 'content', ARGV[3], 'version', 1, 'isOver', 0, 'owner', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
hold(KEYS[2], begun + tonumber(ARGV[6]), ARGV[1], ttl)
hold(KEYS[3], begun + ttl, ARGV[1], ttl)
return 1
`);

/**
 * KEYS: task, leases, running tasks of the principal, its finished tasks, their size. ARGV: id, version that was read, content, whether
 * it is over (0 or 1). Then: the new owner's kind (`keep`, `nobody` or `owner`), owner, lease, finished tasks to keep, bytes of them.
 * Returns nothing, or the ids of finished tasks to drop.
 */
export const changeScript = redisScript(`${prelude}
local held = redis.call('HMGET', KEYS[1], 'version', 'isOver')
if held[1] ~= ARGV[2] or held[2] ~= '0' then return false end
redis.call('HINCRBY', KEYS[1], 'version', 1)
redis.call('HSET', KEYS[1], 'content', ARGV[3], 'isOver', ARGV[4])
local ttl = redis.call('PTTL', KEYS[1])
if ARGV[4] == '1' or ARGV[5] == 'nobody' then
  redis.call('HDEL', KEYS[1], 'owner')
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif ARGV[5] == 'owner' then
  redis.call('HSET', KEYS[1], 'owner', ARGV[6])
  hold(KEYS[2], now() + tonumber(ARGV[7]), ARGV[1], ttl)
end
local dropped = {}
if ARGV[4] ~= '1' then return dropped end
redis.call('ZREM', KEYS[3], ARGV[1])
-- By a number instead of the time, so that the last one is the last.
hold(KEYS[4], redis.call('HINCRBY', KEYS[5], 'last', 1), #ARGV[3] .. ' ' .. ARGV[1], ttl)
local bytes = redis.call('HINCRBY', KEYS[5], 'bytes', #ARGV[3])
live(KEYS[5], ttl)
local tasks = redis.call('ZCARD', KEYS[4])
while tasks > 1 and (tasks > tonumber(ARGV[8]) or bytes > tonumber(ARGV[9])) do
  local size, id = redis.call('ZPOPMIN', KEYS[4])[1]:match('^(%d+) (.*)$')
  bytes = redis.call('HINCRBY', KEYS[5], 'bytes', 0 - size)
  tasks = tasks - 1
  dropped[#dropped + 1] = id
end
return dropped
`);

/** KEYS: task, leases. ARGV: id, owner, lease. */
export const renewScript = redisScript(`${prelude}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[2] then return 0 end
hold(KEYS[2], now() + tonumber(ARGV[3]), ARGV[1], redis.call('PTTL', KEYS[1]))
return 1
`);

/** Ids of tasks whose lease ran out, the oldest first. KEYS: leases. ARGV: how many. */
export const abandonedScript = redisScript(`${prelude}
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now()), 'LIMIT', 0, ARGV[1])
`);

/** KEYS: task, leases. ARGV: id, owner, lease. Answers with principal, content and version, or with nothing. */
export const takeScript = redisScript(`${prelude}
local deadline = redis.call('ZSCORE', KEYS[2], ARGV[1])
local taken = now()
-- Somebody else was faster, or its owner is back.
if not deadline or tonumber(deadline) > taken then return false end
local held = redis.call('HMGET', KEYS[1], 'principal', 'content', 'owner')
if not held[3] then
  -- It came to the end of its time while nobody worked on it.
  redis.call('ZREM', KEYS[2], ARGV[1])
  return false
end
redis.call('HSET', KEYS[1], 'owner', ARGV[2])
hold(KEYS[2], taken + tonumber(ARGV[3]), ARGV[1], redis.call('PTTL', KEYS[1]))
return {held[1], held[2], redis.call('HINCRBY', KEYS[1], 'version', 1)}
`);

import { redisScript } from './redis-commands.js';

// The weight of an owner is the sum over their set (`of`), the total the sum over all sizes. A set that expired takes its weight along.
const prelude = `
local ends, sizes, owners = KEYS[1], KEYS[2], KEYS[3]
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function whole(number) return string.format('%.0f', number) end
local function live(key, ttl)
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, whole(ttl)) end
end
local function addTo(digest, bytes)
  if tonumber(redis.call('ZINCRBY', owners, whole(bytes), digest)) <= 0 then redis.call('ZREM', owners, digest) end
end
local function remove(of, digest, id)
  local size = tonumber(redis.call('HGET', sizes, id) or '0')
  redis.call('HDEL', sizes, id)
  redis.call('HINCRBY', sizes, '', whole(0 - size))
  redis.call('ZREM', ends, digest .. ' ' .. id)
  if redis.call('ZREM', of, id) == 1 then addTo(digest, 0 - size) end
  return size
end
`;

/**
 * Sets or changes the weight of an entry, if there is room. KEYS: ends, sizes, owners, entries of the owner. ARGV: id, digest of the
 * owner, `set` or `grow`, bytes, time to live. Then the limits: entries and bytes of the owner, bytes of all, number of
 * candidates. Returns nothing if it was done. Otherwise `owner` or `all`, the missing bytes, and entries whose time seems to be over,
 * each as digest and id with a space between.
 */
export const weighScript = redisScript(`${prelude}
local id, digest, of, ttl = ARGV[1], ARGV[2], KEYS[4], tonumber(ARGV[5])
local was = tonumber(redis.call('HGET', sizes, id) or '0')
local size = tonumber(ARGV[4])
if ARGV[3] == 'grow' then size = was + size end
local entries = redis.call('ZCARD', of)
if entries == 0 then redis.call('ZREM', owners, digest) end
local isNew = not redis.call('ZSCORE', of, id)
local growth, ownGrowth = size - was, size
if not isNew then ownGrowth = growth end
if size <= 0 then
  remove(of, digest, id)
  return false
end
local begun = now()
local function full(what, missing, found, start)
  local answer = {what, whole(missing)}
  for _, name in ipairs(found) do answer[#answer + 1] = start .. name end
  return answer
end
local held = tonumber(redis.call('ZSCORE', owners, digest) or '0') + ownGrowth
if ownGrowth > 0 and ((isNew and entries >= tonumber(ARGV[6])) or held > tonumber(ARGV[7])) then
  local over = redis.call('ZRANGEBYSCORE', of, '-inf', whole(begun), 'LIMIT', 0, ARGV[9])
  return full('owner', held - tonumber(ARGV[7]), over, digest .. ' ')
end
local total = tonumber(redis.call('HGET', sizes, '') or '0') + growth
if growth > 0 and total > tonumber(ARGV[8]) then
  local over = redis.call('ZRANGEBYSCORE', ends, '-inf', whole(begun), 'LIMIT', 0, ARGV[9])
  return full('all', total - tonumber(ARGV[8]), over, '')
end
redis.call('HSET', sizes, id, whole(size))
redis.call('HINCRBY', sizes, '', whole(growth))
addTo(digest, ownGrowth)
if ARGV[3] == 'set' or isNew then
  redis.call('ZADD', of, whole(begun + ttl), id)
  redis.call('ZADD', ends, whole(begun + ttl), digest .. ' ' .. id)
end
for _, key in ipairs(KEYS) do live(key, math.max(ttl, 86400000)) end
return false
`);

/**
 * Notes how long entries are still kept, and forgets those that are gone. KEYS: ends, sizes, owners, then for each entry the entries of
 * its owner. ARGV: for each entry the digest of its owner, its id, and what PTTL says of it: negative if it is gone.
 */
export const settleScript = redisScript(`${prelude}
local begun = now()
for i = 4, #KEYS do
  local at = 3 * (i - 4)
  local digest, id, left = ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  if left >= 0 then
    -- An owner that began nothing for a day has no set any more. What still lives comes back to it, or others would be evicted instead.
    local size = redis.call('HGET', sizes, id)
    if size then
      if redis.call('ZADD', KEYS[i], whole(begun + left), id) == 1 then addTo(digest, tonumber(size)) end
      redis.call('ZADD', ends, whole(begun + left), digest .. ' ' .. id)
      live(KEYS[i], math.max(left, 86400000))
    end
  else
    remove(KEYS[i], digest, id)
  end
end
return 1
`);

/** The owner with the most bytes, as a digest. KEYS: ends, sizes, owners. */
export const heaviestScript = redisScript(`
return redis.call('ZREVRANGE', KEYS[3], 0, 0)[1]
`);

/**
 * Forgets the oldest entries of an owner. KEYS: ends, sizes, owners, entries of the owner. ARGV: digest of the owner, id that stays,
 * bytes to make room for, number of entries at most. Returns their ids.
 */
export const evictScript = redisScript(`${prelude}
local of, digest, missing = KEYS[4], ARGV[1], tonumber(ARGV[3])
local evicted = {}
for _, id in ipairs(redis.call('ZRANGE', of, 0, tonumber(ARGV[4]))) do
  if missing <= 0 and #evicted > 0 then break end
  if id ~= ARGV[2] then
    missing = missing - remove(of, digest, id)
    evicted[#evicted + 1] = id
  end
end
if redis.call('ZCARD', of) == 0 then redis.call('ZREM', owners, digest) end
return evicted
`);

import type { EventLog, EventsAfter } from '../stores/event-log.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';
import { redisScript } from './redis-commands.js';

// Places are whole numbers without a gap, so that it shows when an event between two was dropped. They begin with the time in
// milliseconds: a stream that is begun again has no place that a client of the old one could know.
const append = redisScript(`
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local place
if newest then
  place = tonumber(string.match(newest[1], '^%d+')) + 1
else
  local time = redis.call('TIME')
  place = time[1] * 1000 + math.floor(time[2] / 1000)
end
local id = string.format('%.0f', place)
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[4], id .. '-0', 'message', ARGV[1], 'isLast', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return id
`);

const readAfter = redisScript(`
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not oldest then return false end
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local after = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
local answer = {oldest[1], newest[1], newest[2][4]}
local size = 0
for _, event in ipairs(after) do
  size = size + #event[2][2]
  if size > tonumber(ARGV[3]) and #answer > 3 then break end
  answer[#answer + 1] = event[1]
  answer[#answer + 1] = event[2][2]
end
return answer
`);

/** Read at once at the most; who wants more comes again. */
const pageSize = 200;
// For each client that comes back, a page is in memory while the client takes it.
const pageBytes = 256 * 1024;

/**
 * An {@link EventLog} in Redis: one stream for each.
 *
 * @param eventsPerStream - beyond, the oldest events of a stream are dropped
 */
export function redisEventLog(commands: RedisCommands, keys: KeySpace, eventsPerStream: number): EventLog {
  return {
    append: async (stream, message, isLast, seconds) => {
      const args = [message, isLast ? '1' : '0', timeToLive(seconds), String(eventsPerStream)];
      return String(await commands.evaluate(append, [keys.events(stream)], ...args));
    },
    readAfter: async (stream, id) => {
      if (!/^\d{1,15}$/.test(id)) return undefined;
      const answer = await commands.evaluate(readAfter, [keys.events(stream)], id, String(pageSize), String(pageBytes));
      return answer === null ? undefined : readPage((answer as readonly unknown[]).map(String), id);
    },
    check: () => commands.ping(),
    close: () => Promise.resolve(),
  };
}

function readPage(
  [oldest = '', newest = '', isLast = '', ...list]: readonly string[],
  id: string,
): EventsAfter | undefined {
  // The event itself may have been dropped, but none after it.
  if (Number(id) < numberOf(oldest) - 1 || Number(id) > numberOf(newest)) return undefined;
  const places = list.filter((_text, index) => index % 2 === 0);
  const events = places.map((place, index) => ({
    id: String(numberOf(place)),
    message: list[2 * index + 1] ?? '',
  }));
  const isWhole = Number(events.at(-1)?.id ?? id) === numberOf(newest);
  return { events, isComplete: isLast === '1' && isWhole };
}

/** The place of an id of Redis, such as `1760000000000-0`. */
function numberOf(id: string): number {
  return Number(id.replace(/-.*/, ''));
}

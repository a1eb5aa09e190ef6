import type { EventLog, EventsAfter } from '../stores/event-log.js';
import type { KeySpace } from './key-space.js';
import { timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';
import { redisScript } from './redis-commands.js';
import { WeighedEntries } from './weighed-entries.js';

// Places are whole numbers without a gap, so that it shows when an event between two was dropped. They begin with the time in
// milliseconds: a stream that is begun again has no place that a client of the old one could know. Each event knows how many bytes the
// stream takes with it. ARGV: message, whether it is the last, time to live, events at most, bytes at most, bytes of an event beside its
// message. Returns the place, and the bytes before and after.
const append = redisScript(`
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local before = newest and tonumber(newest[2][6] or '0') or 0
local place
if newest then
  place = tonumber(string.match(newest[1], '^%d+')) + 1
else
  local time = redis.call('TIME')
  place = time[1] * 1000 + math.floor(time[2] / 1000)
end
local id = string.format('%.0f', place)
local size = before + #ARGV[1] + ARGV[6]
local events = redis.call('XLEN', KEYS[1])
while events > 0 and (events >= tonumber(ARGV[4]) or size > tonumber(ARGV[5])) do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', KEYS[1], oldest[1])
  size = size - #oldest[2][2] - ARGV[6]
  events = events - 1
end
local fields = {'message', ARGV[1], 'isLast', ARGV[2], 'bytes', string.format('%.0f', size)}
if size > tonumber(ARGV[5]) then
  -- An event that is too large by itself is not kept either. Its place is, and a client that resumes before it learns that it is gone.
  size = tonumber(ARGV[6])
  fields = {'message', '', 'isLast', ARGV[2], 'bytes', ARGV[6], 'gone', '1'}
end
redis.call('XADD', KEYS[1], id .. '-0', unpack(fields))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {id, before, size}
`);

const readAfter = redisScript(`
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not oldest then return false end
if oldest[2][7] then oldest[1] = string.format('%.0f', tonumber(string.match(oldest[1], '^%d+')) + 1) end
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

// Bytes of an event in Redis beside its message, and of a stream at least. A test compares them with MEMORY USAGE.
const bytesOfEvent = 64;
const bytesOfStream = 6144;

/** Limits of an event log in Redis. */
export interface EventLimits {
  /** Beyond, the oldest events of a stream are dropped. */
  readonly eventsPerStream: number;
  /** Bytes of the streams of one owner; beyond, the oldest streams of the owner go, and the oldest events of one that alone has more. */
  readonly bytesPerOwner: number;
  /** Bytes of all streams together; beyond, the oldest streams go of the owner who has most. */
  readonly bytes: number;
}

/** An {@link EventLog} in Redis: one stream for each. */
export function redisEventLog(commands: RedisCommands, keys: KeySpace, limits: EventLimits): EventLog {
  const { eventsPerStream, bytesPerOwner, bytes } = limits;
  const most = Math.min(bytesPerOwner, bytes);
  const weights = new WeighedEntries(commands, keys.weighed('events'), { bytes, keyOf: (name) => keys.events(name) });
  const drop = async (stream: string, owner: string): Promise<void> => {
    const key = keys.events(stream);
    await Promise.all([commands.call(['UNLINK', key], key), weights.forget(stream, owner)]);
  };
  const ofOwner = { entries: Infinity, bytes: bytesPerOwner, evicts: true };
  return {
    append: async (stream, message, isLast, seconds, owner = '') => {
      const sizes = [String(eventsPerStream), String(most), String(bytesOfEvent)];
      const args = [message, isLast ? '1' : '0', timeToLive(seconds), ...sizes];
      const answer = await commands.evaluate(append, [keys.events(stream)], ...args);
      const [id, before, after] = (answer as readonly unknown[]).map(String);
      const weight = weightOf(Number(after), most);
      // In steps, so that few events cost another command.
      if (weight !== weightOf(Number(before), most)) {
        const hasRoom = await weights.weigh({ id: stream, owner, seconds }, 'set', weight, ofOwner);
        // Too many small streams would have to go first. A client that resumes this one learns that it is gone.
        if (!hasRoom) await drop(stream, owner);
      }
      return String(id);
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

/** The weight of a stream: its bytes, rounded up to a power of two. */
function weightOf(bytes: number, most: number): number {
  return bytes === 0 ? 0 : Math.min(most, Math.max(bytesOfStream, 2 ** Math.ceil(Math.log2(bytes))));
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

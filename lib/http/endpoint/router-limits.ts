import { nodeV8 } from '../../builtins/node-v8.js';
import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { PrincipalLimits } from '../../server/limits/limits.js';
import { defaultBufferedBytes, defaultPrincipalLimits } from '../../server/limits/limits.js';

/**
 * How much a process gives to one principal, and to all of them. A principal is one subject with one client; all callers without
 * sign-in are one. `false` sets no limit. Where all share a limit, one principal gets at most half of what is free, so that others find
 * room.
 */
export interface LimitOptions {
  /** Requests that are worked on at once, in this process. Beyond: 429 `too_many_calls`. Default 1000. */
  readonly callsPerPrincipal?: number | false;
  /** The same, of all principals. Beyond: 503 `server_busy`. Default: one for every 100 KiB of the heap that Node may use. */
  readonly calls?: number | false;
  /** Streams of changes and resumed streams that are open at once, in this process. Beyond: 429 `too_many_streams`. Default 1000. */
  readonly streamsPerPrincipal?: number | false;
  /** The same, of all principals. Beyond: 503 `server_busy`. Default: one for every 16 KiB of the heap that Node may use. */
  readonly streams?: number | false;
  /**
   * Bytes that one principal makes this process keep at once. These are messages over 2 KiB on their way and in work, arguments of
   * running tasks, and answers that wait for a slow reader. Messages count by the memory of their value. Beyond: 429 `too_many_bytes`.
   * Default: a sixteenth of the heap that Node may use, 32 MiB of 512.
   */
  readonly bytesPerPrincipal?: number | false;
  /** The same, of all principals. Beyond: 503 `server_busy`. Default: a quarter of the heap that Node may use, 128 MiB of 512. */
  readonly bytes?: number | false;
  /**
   * Sessions at once, in all processes that share a store. Beyond: 429 `too_many_sessions`. Default 10,000, a tenth of what
   * `memorySessionStore` keeps.
   */
  readonly sessionsPerPrincipal?: number | false;
  /**
   * Bytes of handshakes and subscriptions in these sessions together, where the store can tell, as those of this package can. Beyond:
   * 429 `too_many_sessions`, and `too_many_bytes` for a subscription. Default 16 MiB, a third of what `memorySessionStore` keeps.
   */
  readonly sessionBytesPerPrincipal?: number | false;
  /**
   * Bytes that wait on one stream for a client that reads slowly. Beyond: progress and log messages are left out, and in a session the
   * connection ends, to be resumed. An answer is always sent. Default 262,144.
   */
  readonly bufferedBytes?: number | false;
}

/** The limits with defaults filled in; undefined for no limit. */
export interface ResolvedLimits extends PrincipalLimits {
  readonly sessionsPerPrincipal: number | undefined;
  readonly sessionBytesPerPrincipal: number | undefined;
  readonly bufferedBytes: number | undefined;
}

// Maximum for one call, with its connection and the objects of Node and Express around it, and a reserve.
const bytesOfCall = 100 * 1024;
const bytesOfStream = 16 * 1024;

function defaults(): ResolvedLimits {
  // Bytes of JavaScript objects at which Node gives up: `--max-old-space-size`, or a share of the machine's memory.
  const heapBytes = nodeV8().getHeapStatistics().heap_size_limit;
  return {
    ...defaultPrincipalLimits,
    calls: Math.ceil(heapBytes / bytesOfCall),
    streams: Math.ceil(heapBytes / bytesOfStream),
    bytesPerPrincipal: Math.ceil(heapBytes / 16),
    bytes: Math.ceil(heapBytes / 4),
    // Keeps one principal from pushing out the sessions of all others. Clients that never end their sessions stay below it.
    sessionsPerPrincipal: 10_000,
    sessionBytesPerPrincipal: 16 * 1024 * 1024,
    bufferedBytes: defaultBufferedBytes,
  };
}

/**
 * Checks the option `limits`.
 *
 * @param limits - what the app wrote
 * @param owner - of the option, for messages
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function resolveLimits(limits: LimitOptions = {}, owner = 'mcpRouter'): ResolvedLimits {
  const known = defaults();
  assertMembers(limits, Object.keys(known), `${owner} limits`);
  const resolve = (option: keyof LimitOptions): number | undefined =>
    resolveLimit(option, limits[option] ?? known[option], owner);
  return {
    callsPerPrincipal: resolve('callsPerPrincipal'),
    calls: resolve('calls'),
    streamsPerPrincipal: resolve('streamsPerPrincipal'),
    streams: resolve('streams'),
    bytesPerPrincipal: resolve('bytesPerPrincipal'),
    bytes: resolve('bytes'),
    sessionsPerPrincipal: resolve('sessionsPerPrincipal'),
    sessionBytesPerPrincipal: resolve('sessionBytesPerPrincipal'),
    bufferedBytes: resolve('bufferedBytes'),
  };
}

function resolveLimit(option: keyof LimitOptions, limit: unknown, owner: string): number | undefined {
  if (limit === false) return undefined;
  if (Number.isSafeInteger(limit) && Number(limit) >= 1) return Number(limit);
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: limits.${option} must be a whole number from 1, or false for no limit.`,
  );
}

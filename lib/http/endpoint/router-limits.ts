import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { defaultBufferedBytes, defaultPrincipalLimits } from '../../server/limits/limits.js';

/**
 * How much a process gives to one principal: one subject with one client, or all together who did not sign in. `false` sets no limit.
 */
export interface LimitOptions {
  /** Requests that are worked on at once, in this process. Beyond: 429 `too_many_calls`. Default 1000. */
  readonly callsPerPrincipal?: number | false;
  /** Streams of changes and resumed streams that are open at once, in this process. Beyond: 429 `too_many_streams`. Default 1000. */
  readonly streamsPerPrincipal?: number | false;
  /**
   * Sessions at once, in all processes that share a store. Beyond: 429 `too_many_sessions`. Default 10,000, a tenth of what
   * `memorySessionStore` keeps.
   */
  readonly sessionsPerPrincipal?: number | false;
  /**
   * Bytes that may wait on one stream for a client that reads slowly. Beyond, progress and log messages are left out, and in a session
   * the connection ends, to be resumed. An answer is always sent. Default 262,144.
   */
  readonly bufferedBytes?: number | false;
}

/** The limits with everything decided; undefined for no limit. */
export interface ResolvedLimits {
  readonly callsPerPrincipal: number | undefined;
  readonly streamsPerPrincipal: number | undefined;
  readonly sessionsPerPrincipal: number | undefined;
  readonly bufferedBytes: number | undefined;
}

const defaults: ResolvedLimits = {
  ...defaultPrincipalLimits,
  // So that nobody can push out the sessions of everybody else; and clients that never end theirs do not get there.
  sessionsPerPrincipal: 10_000,
  bufferedBytes: defaultBufferedBytes,
};

/**
 * Checks the option `limits` of `mcpRouter`.
 *
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function resolveLimits(limits: LimitOptions = {}): ResolvedLimits {
  assertMembers(limits, Object.keys(defaults), 'mcpRouter limits');
  const { callsPerPrincipal, streamsPerPrincipal, sessionsPerPrincipal, bufferedBytes } = { ...defaults, ...limits };
  return {
    callsPerPrincipal: resolveLimit('callsPerPrincipal', callsPerPrincipal),
    streamsPerPrincipal: resolveLimit('streamsPerPrincipal', streamsPerPrincipal),
    sessionsPerPrincipal: resolveLimit('sessionsPerPrincipal', sessionsPerPrincipal),
    bufferedBytes: resolveLimit('bufferedBytes', bufferedBytes),
  };
}

function resolveLimit(option: keyof LimitOptions, value: unknown): number | undefined {
  if (value === false) return undefined;
  const limit = value ?? defaults[option];
  if (Number.isSafeInteger(limit) && Number(limit) >= 1) return Number(limit);
  throw new ConfigurationError(
    'invalid_option',
    `mcpRouter: limits.${option} must be a whole number from 1, or false for no limit.`,
  );
}

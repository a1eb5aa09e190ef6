import { describeValue } from '../../errors/describe-value.js';
import { assertMembers } from '../../errors/assert-members.js';
import { displayName } from '../../errors/display-name.js';
import { invalidOption } from '../../errors/invalid-option.js';
import { defaultMessageBytes } from '../../server/limits/message-bytes.js';
import type { CallListener } from '../../server/calls/call-record.js';
import { stderrReporter } from '../../server/reporting/stderr-reporter.js';
import type { ErrorReporter } from '../../server/reporting/report-error.js';
import type { ProtocolVersion } from '../../server/revisions/revision.js';
import { protocolVersions } from '../../server/revisions/revision.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { TaskStore } from '../../stores/task-store.js';
import type { Refusals } from '../access/refused-calls.js';
import type { ProblemListener } from '../resource/problem.js';
import type { AllowedOrigins } from '../fields/origins.js';
import { isPlainPath } from '../fields/path-pattern.js';
import { assertOrigin } from '../fields/origins.js';
import type { PageOptions, ResolvedPageOptions } from '../page/page-options.js';
import { resolveRouterPage } from '../page/page-options.js';
import { foreignRouterOptions } from './foreign-options.js';
import type { ResolvedStores, RouterStores } from './router-stores.js';
import { resolveStores } from './router-stores.js';
import type { LimitOptions, ResolvedLimits } from './router-limits.js';
import { resolveLimits } from './router-limits.js';

/** Options of `mcpRouter`. */
export interface McpRouterOptions {
  /** Path of the endpoint. Default: the path that `mcpAuth` has; `/mcp` without it. */
  readonly path?: string;
  /** Longest body that is read, in bytes. Default 4 MiB. A body that was parsed before is not measured again. */
  readonly maxBodyBytes?: number;
  /**
   * Browser origins that may send requests, or `'*'`. Default: the origin of the resource, those of `cors`, and for a resource on this
   * machine every local one. Requests without `Origin` do not come from a page and pass.
   */
  readonly allowedOrigins?: readonly string[] | '*';
  /** Accepted values of `Host`, such as `api.example.com`. Default: local names for a local endpoint, else any. */
  readonly allowedHosts?: readonly string[];
  /**
   * A page for people who open the endpoint in a browser: purpose of the server, how to connect clients, public items. Default: none.
   */
  readonly page?: PageOptions | boolean;
  /** Protocol revisions to speak. Default: all. */
  readonly protocolVersions?: readonly ProtocolVersion[];
  /**
   * Sessions for clients of the revisions up to 2025-11-25. With them, those clients can be asked for input, hear of changes, set a log
   * level, cancel requests and resume broken streams. Default off: every request is independent.
   */
  readonly sessions?: SessionOptions | boolean;
  /** Limits of tasks: work that goes on after the call was answered. */
  readonly tasks?: TaskOptions;
  /** How much of this process one caller may have at once. */
  readonly limits?: LimitOptions;
  /** Stores for state that several processes share. Default: the memory of this process. */
  readonly stores?: RouterStores;
  /**
   * Key for the state of handlers between rounds of questions to the client: 32 random bytes, or base64url of them, the same in all
   * processes. Default: one that lasts as long as the process.
   */
  readonly requestStateKey?: Uint8Array | string;
  /** Seconds between keep-alive messages on open streams. A revoked token is also noticed within that time. Default 15. */
  readonly keepAliveSeconds?: number;
  /**
   * How to refuse a `tools/call` that lacks scopes, or that a policy refuses. `'http'` (default): 403 with a challenge, as MCP has it.
   * `'result'`: 200 with a failed call that names the scopes and carries the challenge in `_meta['mcp/www_authenticate']`, for hosts
   * that do not act on 403. Or a function that returns one of them; it may be async and has 30 seconds. 401 stays HTTP. See
   * docs/hosts.md.
   */
  readonly refusals?: Refusals;
  /** Milliseconds that a handler gets if its definition sets no other time. Default 300,000. */
  readonly timeoutMs?: number;
  /** Receives errors that are hidden from clients. Default: `console.error`. */
  readonly onError?: ErrorReporter;
  /** Receives problems of the configuration or of its surroundings, unless `onProblem` of `mcpAuth` does. */
  readonly onProblem?: ProblemListener;
  /** Receives each call when it has ended: who called what, how it ended and how long it took. See docs/observability.md. */
  readonly onCall?: CallListener;
}

/** Options of sessions. */
export interface SessionOptions {
  /** Seconds after which an unused session ends. Default 1800. */
  readonly idleSeconds?: number;
  /** Seconds for which a stream can be resumed after its last message. Default 300. */
  readonly resumeSeconds?: number;
}

/** Limits of tasks. */
export interface TaskOptions {
  /**
   * Tasks that one caller can have running or waiting at once. Default 100. The same person with another client is another caller; all
   * callers without sign-in are one.
   */
  readonly maxRunning?: number;
  /** Seconds that running tasks get to finish when the router is closed. Default 10. */
  readonly closeGraceSeconds?: number;
}

/** The options with defaults filled in. */
export interface ResolvedRouterOptions {
  readonly path: string | undefined;
  readonly maxBodyBytes: number;
  readonly allowedOrigins: AllowedOrigins | undefined;
  readonly allowedHosts: ReadonlySet<string> | undefined;
  readonly page: ResolvedPageOptions | undefined;
  readonly protocolVersions: readonly ProtocolVersion[];
  readonly sessions: Required<SessionOptions> | undefined;
  readonly maxRunningTasks: number;
  readonly taskGraceSeconds: number;
  readonly limits: ResolvedLimits;
  /** Undefined if all refusals are those of HTTP. */
  readonly refusals: Refusals | undefined;
  readonly stores: ResolvedStores;
  readonly bus: MessageBus;
  readonly taskStore: TaskStore;
  readonly replay: ReplayStore | undefined;
  readonly requestStateKey: Uint8Array | string | undefined;
  readonly keepAliveSeconds: number;
  readonly timeoutMs: number;
  readonly reportError: ErrorReporter;
  readonly onProblem: ProblemListener | undefined;
  readonly onCall: CallListener | undefined;
}

const optionNames = Object.keys({
  path: true,
  maxBodyBytes: true,
  allowedOrigins: true,
  allowedHosts: true,
  page: true,
  protocolVersions: true,
  sessions: true,
  tasks: true,
  limits: true,
  stores: true,
  requestStateKey: true,
  keepAliveSeconds: true,
  refusals: true,
  timeoutMs: true,
  onError: true,
  onProblem: true,
  onCall: true,
} satisfies Record<keyof McpRouterOptions, true>);

const defaultTimeoutMs = 300_000;
const maxTimerMs = 2 ** 31 - 1;

/**
 * Checks the options of `mcpRouter`.
 *
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function resolveRouterOptions(options: McpRouterOptions): ResolvedRouterOptions {
  assertMembers(options, optionNames, 'mcpRouter', foreignRouterOptions);
  const { path, allowedOrigins, allowedHosts, onError = stderrReporter, onCall } = options;
  if (path !== undefined && !isPlainPath(path)) {
    throw mustBe('path', 'a path such as "/mcp", without query and parameters');
  }
  if (typeof onError !== 'function') throw mustBe('onError', 'a function');
  const { onProblem } = options;
  if (onProblem !== undefined && typeof onProblem !== 'function') throw mustBe('onProblem', 'a function');
  if (onCall !== undefined && typeof onCall !== 'function') throw mustBe('onCall', 'a function');
  const stores = resolveStores(options.stores);
  return Object.freeze({
    path,
    maxBodyBytes: wholeNumber('maxBodyBytes', options.maxBodyBytes ?? defaultMessageBytes, Number.MAX_SAFE_INTEGER),
    allowedOrigins: allowedOrigins === undefined ? undefined : resolveOrigins(allowedOrigins),
    allowedHosts: allowedHosts === undefined ? undefined : resolveHosts(allowedHosts),
    page: resolveRouterPage(options.page),
    protocolVersions: resolveVersions(options.protocolVersions),
    sessions: resolveSessions(options.sessions),
    ...resolveTasks(options.tasks),
    limits: resolveLimits(options.limits),
    refusals: resolveRefusals(options.refusals),
    stores,
    bus: stores.bus,
    taskStore: stores.tasks,
    replay: stores.replay,
    requestStateKey: options.requestStateKey,
    keepAliveSeconds: wholeNumber('keepAliveSeconds', options.keepAliveSeconds ?? 15, 3600),
    timeoutMs: wholeNumber('timeoutMs', options.timeoutMs ?? defaultTimeoutMs, maxTimerMs),
    reportError: onError,
    onProblem,
    onCall,
  });
}

function resolveSessions(sessions: SessionOptions | boolean = false): Required<SessionOptions> | undefined {
  if (sessions === false) return undefined;
  const given = sessions === true ? {} : sessions;
  if (typeof (given as unknown) !== 'object') {
    throw mustBe('sessions', `true, or an object such as { idleSeconds: 1800 }, not ${describeValue(given)}`);
  }
  assertMembers(given, ['idleSeconds', 'resumeSeconds'], 'mcpRouter sessions');
  const { idleSeconds = 1800, resumeSeconds = 300 } = given;
  return {
    idleSeconds: wholeNumber('sessions.idleSeconds', idleSeconds, Number.MAX_SAFE_INTEGER),
    resumeSeconds: wholeNumber('sessions.resumeSeconds', resumeSeconds, Number.MAX_SAFE_INTEGER),
  };
}

function resolveTasks(tasks: TaskOptions = {}): Pick<ResolvedRouterOptions, 'maxRunningTasks' | 'taskGraceSeconds'> {
  assertMembers(tasks, ['maxRunning', 'closeGraceSeconds'], 'mcpRouter tasks');
  const { maxRunning = 100, closeGraceSeconds = 10 } = tasks;
  return {
    maxRunningTasks: wholeNumber('tasks.maxRunning', maxRunning, Number.MAX_SAFE_INTEGER),
    taskGraceSeconds: wholeNumber('tasks.closeGraceSeconds', closeGraceSeconds, 3600, 0),
  };
}

function resolveRefusals(refusals: unknown = 'http'): Refusals | undefined {
  if (refusals === 'http') return undefined;
  if (refusals === 'result' || typeof refusals === 'function') return refusals as Refusals;
  throw mustBe('refusals', "'http', 'result', or a function that returns one of them");
}

const mustBe = (option: string, wanted: string) => invalidOption('mcpRouter', `${option} must be ${wanted}`);

function wholeNumber(option: string, value: unknown, most: number, least = 1): number {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${String(least)}` : `from ${String(least)} to ${String(most)}`;
  throw mustBe(option, `a whole number ${range}, not ${describeValue(value)}`);
}

const originList = `an array of origins, such as ['https://app.example.com'], or '*'`;

function resolveOrigins(origins: unknown): AllowedOrigins {
  if (origins === '*') return origins;
  if (!Array.isArray(origins)) throw mustBe('allowedOrigins', originList);
  return new Set(origins.map((origin) => assertOrigin(origin, 'mcpRouter allowedOrigins')));
}

function resolveHosts(hosts: unknown): ReadonlySet<string> {
  const isList = Array.isArray(hosts) && hosts.every((host) => typeof host === 'string' && host !== '');
  if (!isList) throw mustBe('allowedHosts', 'an array of host names, such as ["api.example.com"]');
  // RFC 9110 §7.2: `Host` is a name, or a name and a port. Other values never match.
  const wrong = (hosts as readonly string[]).find((host) => /[*/\s@?#]/.test(host));
  if (wrong !== undefined) {
    throw mustBe(
      'allowedHosts',
      `names without scheme, path and wildcard, such as "api.example.com", not ${displayName(wrong)}`,
    );
  }
  return new Set((hosts as readonly string[]).map((host) => host.toLowerCase()));
}

function resolveVersions(versions: unknown = protocolVersions): readonly ProtocolVersion[] {
  const isList = Array.isArray(versions) && versions.length > 0;
  const known: readonly unknown[] = protocolVersions;
  if (isList && versions.every((version) => known.includes(version))) return versions as readonly ProtocolVersion[];
  throw mustBe('protocolVersions', `an array of some of ${protocolVersions.join(', ')}`);
}

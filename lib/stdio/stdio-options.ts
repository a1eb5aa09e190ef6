import type { ForeignNames } from '../errors/assert-members.js';
import type { Readable, Writable } from 'node:stream';
import { defaultMessageBytes } from '../server/limits/message-bytes.js';
import { assertMembers } from '../errors/assert-members.js';
import { invalidOption } from '../errors/invalid-option.js';
import type { Auth } from '../oauth/auth.js';
import { createAuth } from '../oauth/auth.js';
import { assertScope } from '../oauth/scope.js';
import type { ScopeHierarchyDefinition } from '../oauth/scope-hierarchy.js';
import { ScopeHierarchy } from '../oauth/scope-hierarchy.js';
import type { CallListener } from '../server/calls/call-record.js';
import { stderrReporter } from '../server/reporting/stderr-reporter.js';
import type { ErrorReporter } from '../server/reporting/report-error.js';

/** Options of `serveStdio`. */
export interface StdioOptions {
  /** Scopes of the user who started the process. Default none: items with scopes are refused. */
  readonly scopes?: readonly string[];
  /** Which broader scopes imply which narrower ones. */
  readonly scopeHierarchy?: ScopeHierarchyDefinition;
  /** The caller in full, as handlers find it in `ctx.auth`. Instead of `scopes`. */
  readonly auth?: Auth;
  /** Default `process.stdin`. */
  readonly input?: Readable;
  /** Default `process.stdout`. No other code may write there. */
  readonly output?: Writable;
  /** Longest message, in bytes. Default 4 MiB. */
  readonly maxMessageBytes?: number;
  /** Milliseconds that a handler gets when its definition does not say. Default 300,000. */
  readonly timeoutMs?: number;
  /** Hears of errors that the client is told nothing about. Default: `console.error`, which is stderr. */
  readonly onError?: ErrorReporter;
  /** Hears of each call when it has ended. Errors that it throws go to `onError` and change nothing. */
  readonly onCall?: CallListener;
}

/** The options with everything decided. */
export interface ResolvedStdioOptions {
  readonly auth: Auth | undefined;
  readonly input: Readable;
  readonly output: Writable;
  readonly maxMessageBytes: number;
  readonly timeoutMs: number;
  readonly reportError: ErrorReporter;
  readonly onCall: CallListener | undefined;
}

const optionNames = Object.keys({
  scopes: true,
  scopeHierarchy: true,
  auth: true,
  input: true,
  output: true,
  maxMessageBytes: true,
  timeoutMs: true,
  onError: true,
  onCall: true,
} satisfies Record<keyof StdioOptions, true>);

const holds = "scopes: ['notes:read'], which its user holds: there are no tokens on stdio";

/** Options that people expect, and what to write instead. */
const foreignOptions: ForeignNames = {
  token: holds,
  issuer: holds,
  requiredScopes: holds,
  resource: holds,
  transport: 'nothing: it is standard input and output',
};

/**
 * Checks the options of `serveStdio`.
 *
 * @throws ConfigurationError `unknown_option`, `invalid_option` or `invalid_scope`
 */
export function resolveStdioOptions(options: StdioOptions): ResolvedStdioOptions {
  assertMembers(options, optionNames, 'serveStdio', foreignOptions);
  if (options.auth !== undefined && options.scopes !== undefined) {
    throw invalidOption('serveStdio', 'give scopes or auth, not both');
  }
  return {
    auth: options.auth ?? localCaller(options),
    input: options.input ?? process.stdin,
    output: options.output ?? process.stdout,
    maxMessageBytes: positive('maxMessageBytes', options.maxMessageBytes ?? defaultMessageBytes),
    timeoutMs: positive('timeoutMs', options.timeoutMs ?? 300_000),
    reportError: options.onError ?? stderrReporter,
    onCall: optionalFunction('onCall', options.onCall),
  };
}

/** MCP `basic/authorization#protocol-requirements`: stdio takes its credentials from the environment, not from OAuth. */
function localCaller({ scopes, scopeHierarchy }: StdioOptions): Auth | undefined {
  if (scopes === undefined) return undefined;
  if (!Array.isArray(scopes)) throw invalidOption('serveStdio', 'scopes must be an array, such as ["notes:read"]');
  for (const scope of scopes) assertScope(scope, 'serveStdio scopes');
  return createAuth({ clientId: '', scopes, claims: {} }, { token: '', hierarchy: new ScopeHierarchy(scopeHierarchy) });
}

function optionalFunction(option: string, value: CallListener | undefined): CallListener | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw invalidOption('serveStdio', `${option} must be a function`);
}

function positive(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31) return value;
  throw invalidOption('serveStdio', `${option} must be a whole number from 1 to 2147483647`);
}

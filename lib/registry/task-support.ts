import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { CallContext } from './call-context.js';

/** Name of the extension, as client and server declare it. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/**
 * Whether calls of a tool become tasks: `optional` for clients that know tasks, while others wait for the result; `required`
 * always, while other clients are refused.
 */
export type TaskSupport = 'optional' | 'required';

/** How calls of a tool become tasks (extension `io.modelcontextprotocol/tasks`). */
export interface TaskDefinition<Args, Context> {
  /** `optional`: a client that knows tasks gets one. `required`: every call becomes a task, and other clients are refused. */
  readonly support: TaskSupport;
  /**
   * Runs in the request, before there is a task. It may return `ctx.inputRequired(…)`, so that the client is asked first, or throw
   * `ToolError`, so that there will be no task. What the client answered is in `ctx.inputResponses` of the handler then, and the
   * state in `ctx.requestState`. Whatever else it returns is not looked at.
   */
  readonly prepare?: (args: Args, ctx: Context) => unknown;
  /** Seconds from the beginning for which a task is kept: to work, to wait for answers and to have its result fetched. Default 3600. */
  readonly ttlSeconds?: number;
  /** Milliseconds after which a client should ask again. Default 1000. */
  readonly pollIntervalMs?: number;
  /**
   * Whether the handler may be run once more from the beginning when the process that ran it is gone. Default false: such a task
   * fails. A run in another process has no `ctx.request` and no `ctx.auth.token`.
   */
  readonly repeatable?: boolean;
}

/** A {@link TaskDefinition} with everything decided. */
export interface CompiledTask {
  readonly support: TaskSupport;
  readonly prepare: ((args: unknown, ctx: CallContext) => unknown) | undefined;
  readonly ttlSeconds: number;
  readonly pollIntervalMs: number;
  readonly repeatable: boolean;
}

const keys = Object.keys({
  support: true,
  prepare: true,
  ttlSeconds: true,
  pollIntervalMs: true,
  repeatable: true,
} satisfies Record<keyof TaskDefinition<never, never>, true>);

const aYear = 31_536_000;
const anHour = 3_600_000;

/**
 * Compiles the `task` member of a tool's definition.
 *
 * @param definition - what the developer wrote
 * @param owner - whose it is, for messages, such as `tool "export"`
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function compileTask(definition: TaskDefinition<never, CallContext> | TaskSupport, owner: string): CompiledTask {
  const given = typeof definition === 'string' ? { support: definition } : definition;
  assertMembers(given, keys, `${owner} task`);
  const { support, prepare, ttlSeconds = 3600, pollIntervalMs = 1000, repeatable = false } = given;
  const supports: readonly unknown[] = ['optional', 'required'];
  if (!supports.includes(support)) {
    throw wrong(
      owner,
      "must be 'optional', 'required' or an object with one of these as support; leave it out for no tasks",
    );
  }
  if (prepare !== undefined && typeof prepare !== 'function') throw wrong(owner, 'prepare must be a function');
  if (typeof repeatable !== 'boolean') throw wrong(owner, 'repeatable must be true or false');
  return {
    support,
    // Validated arguments are what the schema promises.
    prepare: prepare as CompiledTask['prepare'],
    ttlSeconds: wholeNumber('ttlSeconds', ttlSeconds, aYear, owner),
    pollIntervalMs: wholeNumber('pollIntervalMs', pollIntervalMs, anHour, owner),
    repeatable,
  };
}

function wholeNumber(option: string, value: unknown, most: number, owner: string): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw wrong(owner, `${option} must be a whole number from 1 to ${most}`);
}

function wrong(owner: string, what: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `${owner} task: ${what}.`);
}

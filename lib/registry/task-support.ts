import { assertMembers } from '../errors/assert-members.js';
import { invalidOption } from '../errors/invalid-option.js';
import type { CallContext } from './call-context.js';

/** Name of the extension, as client and server declare it. */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/**
 * Whether calls of a tool become tasks. `optional`: for clients that know tasks; others wait for the result. `required`: always; other
 * clients are refused.
 */
export type TaskSupport = 'optional' | 'required';

/** How calls of a tool become tasks (extension `io.modelcontextprotocol/tasks`). */
export interface TaskDefinition<Args, Context> {
  /** `optional`: a client that knows tasks gets one. `required`: every call becomes a task, and other clients are refused. */
  readonly support: TaskSupport;
  /**
   * Runs in the request, before the task exists. It may return `ctx.inputRequired(…)` to ask the client first, or throw `ToolError` to
   * prevent the task. The handler then finds the client's answers in `ctx.inputResponses`, and the state in `ctx.requestState`. Any
   * other result is ignored.
   */
  readonly prepare?: (args: Args, ctx: Context) => unknown;
  /** Seconds from its beginning for which a task is kept: to work, to wait for answers and to fetch its result. Default 3600. */
  readonly ttlSeconds?: number;
  /** Milliseconds after which a client should poll again. Default 1000. */
  readonly pollIntervalMs?: number;
  /**
   * Whether the handler may run again from the beginning if the process that ran it is gone. Default false: such a task fails. A run in
   * another process has no `ctx.request` and no `ctx.auth.token`.
   */
  readonly repeatable?: boolean;
}

/** A {@link TaskDefinition} with defaults filled in. */
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
 * @param owner - its owner, for messages, such as `tool "export"`
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function compileTask(definition: TaskDefinition<never, CallContext> | TaskSupport, owner: string): CompiledTask {
  const given = typeof definition === 'string' ? { support: definition } : definition;
  assertMembers(given, keys, `${owner} task`);
  const { support, prepare, ttlSeconds = 3600, pollIntervalMs = 1000, repeatable = false } = given;
  const supports: readonly unknown[] = ['optional', 'required'];
  if (!supports.includes(support)) {
    throw invalidOption(
      `${owner} task`,
      "must be 'optional', 'required' or an object with one of these as support; leave it out for no tasks",
    );
  }
  if (prepare !== undefined && typeof prepare !== 'function') {
    throw invalidOption(`${owner} task`, 'prepare must be a function');
  }
  if (typeof repeatable !== 'boolean') throw invalidOption(`${owner} task`, 'repeatable must be true or false');
  return {
    support,
    // The schema promises the types of validated arguments.
    prepare: prepare as CompiledTask['prepare'],
    ttlSeconds: wholeNumber('ttlSeconds', ttlSeconds, aYear, owner),
    pollIntervalMs: wholeNumber('pollIntervalMs', pollIntervalMs, anHour, owner),
    repeatable,
  };
}

function wholeNumber(option: string, value: unknown, most: number, owner: string): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw invalidOption(`${owner} task`, `${option} must be a whole number from 1 to ${most}`);
}

import { isObject } from '../../jsonrpc/parse-message.js';
import { InputRequired } from '../../registry/input-required.js';
import type { Tool } from '../../registry/tool.js';
import type { HandlerContext } from '../handlers/handler-context.js';

/** The stage that asked the client, sealed together with its state. */
interface StagedState {
  readonly stage: 'handler' | 'prepare';
  readonly state?: unknown;
}

/**
 * Combines `prepare` of a task's tool and the next stage into one handler. Each is called with the answers to its own questions: after
 * a question of the next stage, `prepare` is not called again.
 *
 * @param tool - has `prepare`
 * @param args - validated
 * @param next - the next stage
 */
export function prepareThenHandle(
  tool: Tool,
  args: unknown,
  next: (ctx: HandlerContext) => unknown,
): (ctx: HandlerContext) => Promise<unknown> {
  return async (ctx) => {
    const past = readState(ctx.requestState);
    const own = ctx.withRequestState(past.state);
    if (past.stage === 'prepare') {
      const early = await tool.task?.prepare?.(args, own.of(tool));
      if (early instanceof InputRequired) return staged('prepare', early);
    }
    const returned = await next(own);
    return returned instanceof InputRequired ? staged('handler', returned) : returned;
  };
}

/** Its seal was checked, so it is our own. */
function readState(state: unknown): StagedState {
  return isObject(state) ? (state as unknown as StagedState) : { stage: 'prepare' };
}

function staged(stage: StagedState['stage'], { requests, state }: InputRequired): InputRequired {
  const kept: StagedState = { stage, ...(state === undefined ? {} : { state }) };
  // `prepare` is where it begins anyway.
  const needsState = stage === 'handler' || state !== undefined;
  return new InputRequired({ requests, ...(needsState ? { state: kept } : {}) });
}

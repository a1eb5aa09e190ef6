import { isObject } from '../../jsonrpc/parse-message.js';
import { InputRequired } from '../../registry/input-required.js';
import type { Tool } from '../../registry/tool.js';
import type { HandlerContext } from '../handlers/handler-context.js';

/** Which of the two asked the client, sealed together with what it wants to know again. */
interface StagedState {
  readonly stage: 'handler' | 'prepare';
  readonly state?: unknown;
}

/**
 * `prepare` of a task's tool and what comes after it as one handler, so that each is called with the answers to its own questions:
 * once there was a question after `prepare`, it is not called again.
 *
 * @param tool - whose `prepare` it is
 * @param args - as the schema made them
 * @param next - what comes after it
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

/** What comes back was sealed by us. */
function readState(state: unknown): StagedState {
  return isObject(state) ? (state as unknown as StagedState) : { stage: 'prepare' };
}

function staged(stage: StagedState['stage'], { requests, state }: InputRequired): InputRequired {
  const kept: StagedState = { stage, ...(state === undefined ? {} : { state }) };
  // Prepare is where it begins anyway.
  const needsState = stage === 'handler' || state !== undefined;
  return new InputRequired({ requests, ...(needsState ? { state: kept } : {}) });
}

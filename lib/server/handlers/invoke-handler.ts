import { ProtocolError } from '../../errors/protocol-error.js';
import { isPromise } from '../../promises/and-then.js';
import type { RequestInWork } from '../call/call.js';
import { HandlerContext } from './handler-context.js';
import { TimeLimit } from './time-limit.js';
import type { HandlerNotices } from './progress-and-log.js';
import { ProgressAndLog } from './progress-and-log.js';
import type { InputRound } from '../../registry/input-round.js';
import { firstRound } from '../../registry/input-round.js';

/**
 * Runs a handler with an abort signal and a time limit.
 *
 * @param call - the request
 * @param handler - the handler
 * @param timeoutMs - the limit, in milliseconds
 * @param round - the client's earlier answers
 * @param notices - sends progress and log messages
 * @returns the handler's result, or a promise for it
 * @throws ProtocolError `timed_out` if it takes longer; its later result is ignored
 * @throws ProtocolError `internal_error` if it stopped because the request was cancelled; no client receives it
 * @throws ExpressMcpError if the stream of its answer has to end before, because the caller's token did
 */
export function invokeHandler(
  call: RequestInWork,
  handler: (ctx: HandlerContext) => unknown,
  timeoutMs: number = call.endpoint.timeoutMs,
  round: InputRound = firstRound,
  notices: HandlerNotices = new ProgressAndLog(call),
): unknown {
  const time = new TimeLimit(call);
  let returned: unknown;
  try {
    returned = handler(new HandlerContext(call, time, round, notices));
  } catch (error) {
    end(time, notices);
    throw explain(error, time);
  }
  // A result that is not a promise needs neither timer nor race.
  if (isPromise(returned)) return untilDone(Promise.resolve(returned), timeoutMs, time, notices);
  end(time, notices);
  return returned;
}

async function untilDone(
  work: Promise<unknown>,
  timeoutMs: number,
  time: TimeLimit,
  notices: HandlerNotices,
): Promise<unknown> {
  try {
    return await time.limit(work, timeoutMs);
  } catch (error) {
    throw explain(error, time);
  } finally {
    end(time, notices);
  }
}

function end(time: TimeLimit, notices: HandlerNotices): void {
  notices.close();
  time.end();
}

/** A handler that stops when it is told to has not failed, and does not belong in the app's error log. */
function explain(error: unknown, time: TimeLimit): unknown {
  if (!time.isStop(error)) return error;
  return new ProtocolError('internal_error', 'The request was cancelled', { cause: error });
}

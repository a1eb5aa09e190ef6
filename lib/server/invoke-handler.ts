import { ProtocolError } from '../errors/protocol-error.js';
import type { CallContext } from '../registry/call-context.js';
import type { Call } from './call.js';
import { createContext } from './context.js';
import { HandlerTime } from './handler-time.js';
import type { HandlerNotices } from './notices.js';
import { Notices } from './notices.js';
import type { Round } from './round.js';
import { firstRound } from './round.js';

/**
 * Runs a handler under an abort signal and a time limit.
 *
 * @param call - the request
 * @param handler - what to run
 * @param timeoutMs - milliseconds that it gets
 * @param round - what the client told before
 * @param notices - what becomes of progress and log messages
 * @throws ProtocolError `timed_out` when it takes longer; what it does afterwards is ignored
 * @throws ProtocolError `internal_error` when it stopped because the request was called off; nobody is told
 * @throws ExpressMcpError when the stream of its answer has to end before, because the caller's token did
 */
export async function invokeHandler(
  call: Call,
  handler: (ctx: CallContext) => unknown,
  timeoutMs: number = call.endpoint.timeoutMs,
  round: Round = firstRound,
  notices: HandlerNotices = new Notices(call),
): Promise<unknown> {
  const time = new HandlerTime(call);
  try {
    const returned = handler(createContext(call, time, round, notices));
    // What is no promise is there already, and needs neither timer nor race.
    return isThenable(returned) ? await time.limit(Promise.resolve(returned), timeoutMs) : returned;
  } catch (error) {
    // A handler that stops when it is told to has not failed, and the app's error log is not to say so.
    if (time.isStop(error)) throw new ProtocolError('internal_error', 'The request was called off', { cause: error });
    throw error;
  } finally {
    notices.close();
    time.end();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

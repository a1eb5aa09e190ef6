import { ProtocolError } from '../errors/protocol-error.js';
import { isObject } from '../jsonrpc/parse-message.js';
import type { CallContext } from '../registry/call-context.js';
import type { Call } from './call.js';
import { createContext } from './context.js';
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
  const limit = new AbortController();
  // Not AbortSignal.any: what listens to it would be kept for as long as the transport's signal lives, which for legacy
  // clients is for ever.
  const forward = (): void => {
    limit.abort(call.signal.reason);
  };
  if (call.signal.aborted) forward();
  else call.signal.addEventListener('abort', forward, { once: true });
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => void) | undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    const interrupt = (error: Error): void => {
      limit.abort(error);
      reject(error);
    };
    timer = setTimeout(() => {
      interrupt(new ProtocolError('timed_out', `The request took longer than ${String(timeoutMs)} ms`));
    }, timeoutMs);
    // A limit by itself is no reason for a process to live on, least of all that of a task that was called off.
    timer.unref();
    stopListening = call.outbox.onEnding((reason) => {
      // A server that closes down lets calls come to their end.
      if (reason !== undefined) interrupt(reason);
    });
  });
  try {
    return await Promise.race([runHandler(handler, createContext(call, limit.signal, round, notices)), interrupted]);
  } catch (error) {
    // A handler that stops when it is told to has not failed, and the app's error log is not to say so.
    if (call.signal.aborted && isAbort(error, call.signal)) {
      throw new ProtocolError('internal_error', 'The request was called off', { cause: error });
    }
    throw error;
  } finally {
    notices.close();
    clearTimeout(timer);
    stopListening?.();
    call.signal.removeEventListener('abort', forward);
  }
}

// Async, so that a handler that throws and one that rejects look the same.
async function runHandler(handler: (ctx: CallContext) => unknown, ctx: CallContext): Promise<unknown> {
  return await handler(ctx);
}

/** What `signal.throwIfAborted()`, `fetch` and the functions of Node throw. */
function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || (isObject(error) && error['name'] === 'AbortError');
}

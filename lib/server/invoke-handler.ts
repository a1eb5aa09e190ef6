import { ProtocolError } from '../errors/protocol-error.js';
import type { CallContext } from '../registry/call-context.js';
import type { Call } from './call.js';
import { createContext } from './context.js';

/**
 * Runs a handler under an abort signal and a time limit.
 *
 * @param call - the request
 * @param handler - what to run
 * @param timeoutMs - milliseconds that it gets
 * @throws ProtocolError `timed_out` when it takes longer; what it does afterwards is ignored
 */
export async function invokeHandler(
  call: Call,
  handler: (ctx: CallContext) => unknown,
  timeoutMs: number = call.timeoutMs,
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
  const timeUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new ProtocolError('timed_out', `The request took longer than ${String(timeoutMs)} ms`);
      limit.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([runHandler(handler, createContext(call, limit.signal)), timeUp]);
  } finally {
    clearTimeout(timer);
    call.signal.removeEventListener('abort', forward);
  }
}

// Async, so that a handler that throws and one that rejects look the same.
async function runHandler(handler: (ctx: CallContext) => unknown, ctx: CallContext): Promise<unknown> {
  return await handler(ctx);
}

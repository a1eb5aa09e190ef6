import type { Reply } from '../transport/outgoing-reply.js';
import type { CallEnding, CallObservation } from './call-observation.js';
import type { ObservedCall } from './observed-call.js';
import { ObservedStream } from './observed-stream.js';

/** How a call ended that was replied to like this. */
export function endingOf(reply: Reply): CallEnding {
  if (reply.kind === 'message') return { isCancelled: false, responseBytes: Buffer.byteLength(reply.text) };
  return { isCancelled: reply.kind === 'cancelled', responseBytes: 0, isOpen: reply.kind === 'lasting' };
}

/** The reply to a call; one that lasts ends the call when it is over. */
export function observedReply(reply: Reply, call: ObservedCall, calls: CallObservation): Reply {
  if (reply.kind !== 'lasting') return reply;
  const end = (answer: Reply | undefined): void => {
    if (answer === undefined) call.failed(undefined, false);
    calls.end(call, answer === undefined ? { isCancelled: false, responseBytes: undefined } : endingOf(answer));
  };
  return { kind: 'lasting', stream: new ObservedStream(reply.stream, end) };
}

import type { Eventually } from '../../promises/and-then.js';
import type { Reply } from '../transport/outgoing-reply.js';

/** The answer of a reply; for a stream, its answer at the end. */
export function untilOver(reply: Reply): Eventually<Reply> {
  if (reply.kind !== 'lasting') return reply;
  const { stream } = reply;
  return new Promise<void>((resolve) => {
    stream.whenOver(resolve);
  }).then(() => stream.answer());
}

import { ProtocolError } from '../../errors/protocol-error.js';
import { retryAfter, retryAfterSeconds } from '../../errors/retry-after.js';

/** RFC 9112 §9.6: a server that is about to close a connection SHOULD say so, so that the client's next request goes elsewhere. */
export const lastOfConnection = { Connection: 'close' };

/** The refusal of a request that comes while the endpoint closes. */
export function shuttingDown(): ProtocolError {
  const { headers } = retryAfter(retryAfterSeconds.callEnds);
  return new ProtocolError('shutting_down', undefined, { headers: { ...headers, ...lastOfConnection } });
}

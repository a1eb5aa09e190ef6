import type { ClientFacts } from '../../registry/call-context.js';
import type { RequestInWork } from './call.js';

/** Returns what the client says about itself: in the request, or in the handshake of its connection. */
export function clientOf({ connection, request, revision }: RequestInWork): ClientFacts {
  return revision.clientOf(request.params, connection?.handshake);
}

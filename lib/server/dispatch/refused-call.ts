import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { buildResultResponse } from '../../jsonrpc/build-response.js';
import type { Eventually } from '../../promises/and-then.js';
import type { RequestInWork } from '../call/call.js';
import { clientOf } from '../call/client-of.js';
import { failedCall } from '../handlers/tool-result.js';
import type { RefusedCalls } from '../transport/incoming-message.js';
import type { Reply } from '../transport/outgoing-reply.js';

/** Where hosts look for the challenges of a refused call: an array, as of several header fields. */
export const challengesMember = 'mcp/www_authenticate';

/** Whether a request is one that a result can answer when it is refused. */
export function isToolCall(call: RequestInWork | undefined): call is RequestInWork {
  return call?.request.method === 'tools/call';
}

/**
 * Whether the client of a refused call gets a result.
 *
 * @throws what the transport does; the promise rejects with it if it answers later
 */
export function isForClient(call: RequestInWork, refusedCalls: RefusedCalls): Eventually<boolean> {
  return refusedCalls.areResultsFor({ client: clientOf(call), protocolVersion: call.revision.version });
}

/** The answer to a refused call: a failed call whose text says what is missing, with the challenges for the host. */
export function replyToRefusedCall(call: RequestInWork, error: ExpressMcpError, refusedCalls: RefusedCalls): Reply {
  const { endpoint, request, revision } = call;
  const challenges = refusedCalls.challengesOf(error);
  const meta = challenges.length === 0 ? {} : { _meta: { [challengesMember]: challenges } };
  const result = revision.presentToolResult({ ...failedCall(error.message), ...meta });
  const complete = revision.completeResult(result, endpoint.catalog.serverInfo);
  return { kind: 'message', text: buildResultResponse(request.id, complete), status: 200 };
}

import type { Exchange } from '../fields/hosted-request.js';
import { leaveUnread } from '../fields/unread-body.js';
import { prepareError } from './error-response.js';
import type { RequestIdentity } from './request-identity.js';

/**
 * Hands an error to the error handling of the host. The challenge is put on the response first, so that it is sent whichever
 * handler answers: `mcpErrorHandler`, one of the app's own, or the host's default. A long body is not read any further.
 *
 * @param error - anything that was thrown
 * @param exchange - the request that ends with it
 * @param identity - what is known about the request, if an `mcpAuth` saw it
 */
export function raiseError(
  error: unknown,
  { request, response, next }: Exchange,
  identity: RequestIdentity | undefined,
): void {
  leaveUnread(request, response);
  const answer = prepareError(error, identity);
  if (answer !== undefined && !response.headersSent) {
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  }
  next(error);
}

import type { Exchange } from '../fields/hosted-request.js';
import { leaveUnread } from '../fields/unread-body.js';
import { prepareError } from './error-response.js';
import type { RequestIdentity } from './request-identity.js';
import { writeError } from './write-error.js';

/**
 * Passes an error to the error handling of the host. The challenge is put on the response first, so that every handler sends it:
 * `mcpErrorHandler`, one of the app's own, or the host's default. The rest of a long body is not read.
 *
 * @param error - anything that was thrown
 * @param exchange - the request that ends with it
 * @param identity - what is known about the request, if an `mcpAuth` saw it
 * @param isSeen - whether any error handling but ours could see it; if not, an error of ours is answered here
 */
export function raiseError(
  error: unknown,
  { request, response, next }: Exchange,
  identity: RequestIdentity | undefined,
  isSeen = true,
): void {
  leaveUnread(request, response);
  if (!isSeen && writeError(error, response, identity)) return;
  const answer = prepareError(error, identity);
  if (answer !== undefined && !response.headersSent) {
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  }
  next(error);
}

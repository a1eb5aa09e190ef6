import { within } from '../../promises/within.js';
import { authorizeAnyUse } from '../../server/authorization/authorize.js';
import type { Caller } from '../../server/authorization/caller.js';
import type { HostedRequest } from '../fields/hosted-request.js';
import type { MessageLimits } from './message-load.js';
import { MessageLoad } from './message-load.js';
import { readBody } from './request-body.js';

/** Bytes of a message that is read for the words of a challenge. */
const maxBytesToRefuse = 64 * 1024;

/** Milliseconds that such a message gets to arrive. */
const patienceMs = 2000;

/**
 * Reads the message of a caller who lacks the endpoint's scopes, to learn which scopes its item needs besides. The caller may nothing, so
 * little is read for it. A message that is longer, slow or unreadable is refused with the endpoint's scopes alone.
 *
 * @param request - the request
 * @param caller - who lacks the scopes
 * @param maxBytes - the limit of the endpoint
 * @param limits - what the message comes under
 * @returns the value of the body; the caller is still to be refused
 * @throws what `authorizeAnyUse` throws about the caller
 */
export async function readToRefuse(
  request: HostedRequest,
  caller: Caller,
  maxBytes: number,
  limits: MessageLimits,
): Promise<unknown> {
  let load: MessageLoad | undefined;
  try {
    load = MessageLoad.begin(request, caller, { bytes: limits.bytes });
    const message = Promise.resolve(readBody(request, Math.min(maxBytes, maxBytesToRefuse), load));
    return await within(patienceMs, message, 'The message did not arrive');
  } catch (error) {
    authorizeAnyUse(caller);
    throw error;
  } finally {
    load?.release();
  }
}

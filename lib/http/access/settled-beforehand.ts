import { allowOrigin, answerPreflight, isPreflight } from '../fields/cors.js';
import type { Exchange } from '../fields/hosted-request.js';
import type { AllowedOrigins } from '../fields/origins.js';
import type { RequestIdentity } from './request-identity.js';

/**
 * Handles requests that need no decision of a guard. Requests that were refused before stay refused. Preflights carry no token. Allowed
 * browser origins may read the answers that follow.
 *
 * @param exchange - the request, and what is known of it
 * @param cors - origins that may read answers; undefined if the app set none
 * @param methods - for the answer to a preflight
 * @returns whether the request is done
 */
export function isSettledBeforehand(
  { request, response, next, identity }: Exchange & { readonly identity: RequestIdentity },
  cors: AllowedOrigins | undefined,
  methods: string,
): boolean {
  if (identity.refusal !== undefined) {
    next(identity.refusal);
    return true;
  }
  if (cors === undefined) return false;
  allowOrigin(cors, request, response);
  if (!isPreflight(request)) return false;
  answerPreflight(request, response, methods);
  return true;
}

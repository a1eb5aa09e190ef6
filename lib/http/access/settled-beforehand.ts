import { allowOrigin, answerPreflight, isPreflight } from '../fields/cors.js';
import type { Exchange } from '../fields/hosted-request.js';
import type { AllowedOrigins } from '../fields/origins.js';
import type { RequestIdentity } from './request-identity.js';

/**
 * Deals with requests that no guard has to decide about: those that were refused before, which stay refused, and preflights, with which
 * browsers send no token. Browser origins that are allowed may read what follows.
 *
 * @param exchange - the request, and what is known of it
 * @param cors - who may read answers; undefined if the app did not say
 * @param methods - what a preflight is told
 * @returns whether nothing is left to do
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

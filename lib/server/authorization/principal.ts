import type { Caller } from './caller.js';

/**
 * Whom a caller is taken for where something belongs to somebody: state, a session, a task. The same person with another client is
 * another principal, so that what one client may do is not lent to the other; and so is the same client at another endpoint, so that
 * endpoints may share stores, and a token that is good for both opens at one what is the other's.
 *
 * @returns a text that no two principals share; the same for all who did not sign in at an endpoint
 */
export function principalOf({ auth, endpointId }: Caller): string {
  if (auth === undefined) return endpointId === undefined ? '' : JSON.stringify([endpointId]);
  return JSON.stringify([endpointId ?? null, auth.issuer ?? null, auth.subject ?? null, auth.clientId]);
}

/** Whether two callers are the same principal: as `principalOf` says it, without making texts. */
export function isSamePrincipal(one: Caller, other: Caller): boolean {
  if (one.endpointId !== other.endpointId) return false;
  const [a, b] = [one.auth, other.auth];
  if (a === undefined || b === undefined) return a === b;
  return a.clientId === b.clientId && a.subject === b.subject && a.issuer === b.issuer;
}

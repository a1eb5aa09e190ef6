import type { Caller } from './caller.js';

/**
 * Whom a caller is taken for where something belongs to somebody: state, a session, a task. The same person with another client is
 * another principal, so that what one client may do is not lent to the other.
 *
 * @returns a text that no two principals share; the same for all who did not sign in
 */
export function principalOf({ auth }: Caller): string {
  return auth === undefined ? '' : JSON.stringify([auth.issuer ?? null, auth.subject ?? null, auth.clientId]);
}

/** Whether two callers are the same principal: as `principalOf` says it, without making texts. */
export function isSamePrincipal({ auth: one }: Caller, { auth: other }: Caller): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.clientId === other.clientId && one.subject === other.subject && one.issuer === other.issuer;
}

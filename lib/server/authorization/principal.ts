import type { Auth } from '../../oauth/auth.js';
import type { Caller } from './caller.js';

/** The members of a caller that tell whose state is whose. */
interface Named extends Pick<Caller, 'endpointId'> {
  readonly auth:
    | (Pick<Auth, 'clientId'> & { readonly issuer?: string | undefined; readonly subject?: string | undefined })
    | undefined;
}

/**
 * Name of a principal, the owner of state, sessions and tasks. The same person with another client is another principal, so that one
 * client's rights are not lent to another. The same client at another endpoint is another principal, too: endpoints may share stores,
 * and one token may be good for both.
 *
 * @returns a text that no two principals share; the same for all callers without sign-in at an endpoint
 */
export function principalOf({ auth, endpointId }: Named): string {
  if (auth === undefined) return endpointId === undefined ? '' : JSON.stringify([endpointId]);
  return JSON.stringify([endpointId ?? null, auth.issuer ?? null, auth.subject ?? null, auth.clientId]);
}

/** Whether two callers are the same principal, by the rules of `principalOf` but without making texts. */
export function isSamePrincipal(one: Caller, other: Caller): boolean {
  if (one.endpointId !== other.endpointId) return false;
  const [a, b] = [one.auth, other.auth];
  if (a === undefined || b === undefined) return a === b;
  return a.clientId === b.clientId && a.subject === b.subject && a.issuer === b.issuer;
}

import type { TokenEndpointResponse } from 'oauth4webapi';
import { loadVerifying } from '../oauth/jose.js';
import { parseScopeClaim } from '../oauth/scope.js';
import { accessTokenType } from './exchange-request.js';
import { TokenExchangeError } from './token-exchange-error.js';
import type { ResolvedExchange } from './token-exchange-options.js';
import type { UpstreamCaller } from './upstream-context.js';

/** A token for the upstream API. */
export interface ExchangedToken {
  readonly token: string;
  /** When it ends, in seconds since 1970; undefined if the answer does not say. */
  readonly expiresAt: number | undefined;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Refuses a token that is more than what was asked for, or another. The token is not verified: it is for another server, and came
 * from the authorization server itself.
 *
 * @param answer - what the token endpoint answered
 * @param caller - whose token was exchanged
 * @param exchange - the options of the exchange
 * @throws TokenExchangeError saying what is wrong
 */
export async function checkExchangedToken(
  answer: TokenEndpointResponse,
  caller: UpstreamCaller,
  exchange: Pick<ResolvedExchange, 'profile' | 'scopes'>,
): Promise<ExchangedToken> {
  const { access_token: token } = answer;
  checkTypes(answer, exchange);
  if (token === caller.token) throw refused("is the caller's own token");
  const claims = await claimsOf(token);
  checkSubject(claims, caller, exchange);
  for (const granted of [answer.scope, claims['scope'], claims['scp']]) checkScopes(parseScopeClaim(granted), exchange);
  return { token, expiresAt: endOf(answer, claims) };
}

function checkTypes(answer: TokenEndpointResponse, { profile }: Pick<ResolvedExchange, 'profile'>): void {
  // A DPoP token is bound to a key; RFC 8693 §2.2.1 has N_A for what is no access token.
  if (answer.token_type !== 'bearer') throw refused('is not of type Bearer');
  const { issued_token_type: issued } = answer;
  // RFC 8693 §2.2.1: required. The on-behalf-of flow does not have it.
  if (issued === accessTokenType || (issued === undefined && profile === 'entra-obo')) return;
  throw refused('is not an access token by its issued_token_type');
}

/** @returns the claims of a JWT, none of another token */
async function claimsOf(token: string): Promise<Claims> {
  const { decodeJwt } = await loadVerifying();
  try {
    const claims: Claims = decodeJwt(token);
    return claims;
  } catch {
    return {};
  }
}

function checkSubject(claims: Claims, caller: UpstreamCaller, { profile }: Pick<ResolvedExchange, 'profile'>): void {
  const own = (caller.claims ?? {}) as Claims;
  // Entra ID gives a user another sub at every API, and the same oid.
  const pairs =
    profile === 'entra-obo'
      ? [
          [claims['oid'], own['oid']],
          [claims['tid'], own['tid']],
        ]
      : [[claims['sub'], own['sub'] ?? caller.subject ?? caller.clientId]];
  if (pairs.some(([theirs, ours]) => theirs !== undefined && theirs !== ours)) throw refused('is for another subject');
}

function checkScopes(
  granted: readonly string[],
  { scopes, profile }: Pick<ResolvedExchange, 'profile' | 'scopes'>,
): void {
  if (scopes.length === 0) return;
  const isAsked = profile === 'entra-obo' ? askedOfEntra(scopes) : (scope: string) => scopes.includes(scope);
  if (!granted.every(isAsked)) throw refused('has scopes that were not asked for');
}

const openIdScopes = ['openid', 'profile', 'email', 'offline_access'];

/**
 * Entra ID writes one scope as `api://orders/Orders.Read` or `Orders.Read`, in the case of its own list, and may add those of OpenID
 * Connect. `.default` asks for everything that was consented to.
 */
function askedOfEntra(scopes: readonly string[]): (scope: string) => boolean {
  const asked = new Set([...scopes.map(lastSegment), ...openIdScopes]);
  return (scope) => asked.has('.default') || asked.has(lastSegment(scope));
}

function lastSegment(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1).toLowerCase();
}

/** The earlier one of what the answer and the token say. */
function endOf({ expires_in: lasts }: TokenEndpointResponse, { exp }: Claims): number | undefined {
  if (exp !== undefined && !Number.isFinite(exp)) throw refused('has no valid exp');
  const now = Date.now() / 1000;
  const ends = [...(lasts === undefined ? [] : [now + lasts]), ...(exp === undefined ? [] : [exp as number])];
  if (ends.length === 0) return undefined;
  const end = Math.min(...ends);
  if (end <= now) throw refused('has ended already');
  return end;
}

function refused(text: string): TokenExchangeError {
  return new TokenExchangeError(`The token that the authorization server gave in exchange ${text}`);
}

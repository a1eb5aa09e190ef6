import { InsufficientAuthenticationError } from '../../errors/insufficient-authentication-error.js';
import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import type { ParsedChallenge } from '../../oauth/parse-challenges.js';
import { parseChallenges } from '../../oauth/parse-challenges.js';
import { parseScopeClaim } from '../../oauth/scope.js';
import type { CallContext } from '../../registry/call-context.js';
import type { ReceivedAnswer } from './received-answer.js';
import { fieldOf } from './received-answer.js';

/**
 * Translates a refusal of the app's own guards. A demand for more scopes, a stronger sign-in or another token becomes a refusal of
 * ours, with a challenge that the client acts on.
 *
 * @param answer - of the route
 * @param ctx - of the call
 * @param tool - name of the tool
 * @throws InsufficientScopeError, InsufficientAuthenticationError, InvalidTokenError or UnauthorizedError; returns if another token
 *   would not help
 */
export function relayRefusal({ status, headers }: ReceivedAnswer, ctx: CallContext, tool: string): void {
  if (status !== 401 && status !== 403) return;
  const challenge = oauthChallenge(fieldOf(headers, 'www-authenticate'));
  if (challenge === undefined) return;
  const { error, scope, acr_values: acrValues, max_age: maxAge } = challenge.parameters;
  const scopes = parseScopeClaim(scope);
  // RFC 6750 §3.1. Without scopes a client has nothing to ask for.
  if (status === 403 && error === 'insufficient_scope') ctx.requireScopes(...scopes);
  if (status === 403) return;
  // RFC 9470 §3
  if (error === 'insufficient_user_authentication') {
    throw new InsufficientAuthenticationError({
      acrValues: parseScopeClaim(acrValues),
      maxAgeSeconds: maxAge === undefined || !/^\d+$/.test(maxAge) ? undefined : Number(maxAge),
      requiredScopes: scopes,
      grantedScopes: ctx.auth?.scopes ?? [],
      target: { kind: 'tool', name: tool },
    });
  }
  if (ctx.auth === undefined) throw new UnauthorizedError(scopes);
  if (error === 'invalid_token') throw new InvalidTokenError('The access token is not accepted for this operation');
}

function oauthChallenge(field: string | undefined): ParsedChallenge | undefined {
  const challenges = field === undefined ? [] : parseChallenges(field);
  return challenges.find(({ scheme }) => /^(?:bearer|dpop)$/i.test(scheme));
}

import { parseChallenges } from '../oauth/parse-challenges.js';
import { isScope } from '../oauth/scope.js';
import type { UpstreamContext } from './upstream-context.js';

const maxChallengeLength = 8192;

/**
 * Turns the refusal of an upstream API into ours, if it is 403 with a challenge `insufficient_scope` (RFC 6750 §3.1). The client is
 * asked for the scopes of the challenge and for all others that the call needs.
 *
 * @param response - the answer of the upstream API; its body is not read
 * @param ctx - the context of the call
 * @returns the same response if it is anything else, names no scopes, or names only scopes that the caller holds
 * @throws InsufficientScopeError; do not catch it
 *
 * @example
 * ```ts
 * import { createRegistry } from 'express-mcp';
 * import { relayInsufficientScope } from 'express-mcp/upstream';
 *
 * const registry = createRegistry({ name: 'shop', version: '1.0.0' });
 * registry.tool('orders', {}, async (_args, ctx) => {
 *   const response = relayInsufficientScope(await fetch('https://orders.example.com/orders'), ctx);
 *   return response.ok ? response.text() : 'The orders cannot be read';
 * });
 * ```
 */
export function relayInsufficientScope(response: Response, ctx: Pick<UpstreamContext, 'requireScopes'>): Response {
  if (response.status !== 403) return response;
  const field = response.headers.get('www-authenticate') ?? '';
  if (field.length > maxChallengeLength) return response;
  const scopes = parseChallenges(field)
    .filter(({ parameters }) => parameters['error'] === 'insufficient_scope')
    .flatMap(({ parameters }) => parameters['scope']?.split(' ') ?? [])
    .filter(isScope);
  if (scopes.length > 0) ctx.requireScopes(...new Set(scopes));
  return response;
}

import { ConfigurationError } from '../../errors/configuration-error.js';
import { ScopeHierarchy } from '../../oauth/scope-hierarchy.js';
import { assertScope } from '../../oauth/scope.js';
import type { McpAuthOptions } from './auth-options.js';
import type { ProtectedResource } from './protected-resource.js';

/** The scopes of an endpoint as a whole, checked. */
export interface ResolvedScopes extends Pick<
  ProtectedResource,
  'challengedScopes' | 'challengeScopes' | 'firstScopes' | 'requiredScopes'
> {
  /** The scopes that the metadata document lists. */
  readonly scopesSupported: readonly string[];
}

/**
 * Checks the options about scopes.
 *
 * @throws ConfigurationError `invalid_option` or `invalid_scope`
 */
export function resolveScopes(options: McpAuthOptions): ResolvedScopes {
  const requiredScopes = scopesOf(options.requiredScopes, 'requiredScopes');
  const challengeScopes = scopesOf(options.challengeScopes, 'challengeScopes');
  const known = [...requiredScopes, ...challengeScopes];
  const isChosen =
    options.challengeScopes !== undefined || (options.scopesSupported !== undefined && requiredScopes.length === 0);
  return {
    firstScopes: isChosen ? undefined : new ScopeHierarchy(options.scopeHierarchy).expand(requiredScopes),
    requiredScopes,
    challengeScopes,
    challengedScopes: resolveChallengedScopes(options.challengedScopes),
    scopesSupported: scopesOf(options.scopesSupported ?? known, 'scopesSupported'),
  };
}

function resolveChallengedScopes(named: unknown = 'needed-and-held'): 'needed' | 'needed-and-held' {
  if (named === 'needed' || named === 'needed-and-held') return named;
  throw new ConfigurationError('invalid_option', "mcpAuth: challengedScopes must be 'needed-and-held' or 'needed'.");
}

function scopesOf(scopes: unknown, option: string): readonly string[] {
  if (scopes === undefined) return [];
  if (!Array.isArray(scopes)) {
    throw new ConfigurationError('invalid_option', `mcpAuth: ${option} must be an array, such as ["notes:read"].`);
  }
  return [...new Set(scopes)].map((scope: unknown) => {
    assertScope(scope, `mcpAuth ${option}`);
    return scope;
  });
}

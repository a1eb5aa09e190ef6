/**
 * RFC 9470 §4 sends `acr_values` and `max_age` with any authorization request. `oidc-provider` accepts them only beside
 * the scope `openid`, so that scope is added to such a request. It grants nothing at the resource.
 *
 * @param target - path and query of a request
 * @returns the same, or with the scope
 */
export function withSignInScope(target: string): string {
  if (!target.startsWith('/auth?')) return target;
  const parameters = new URLSearchParams(target.slice('/auth?'.length));
  if (!parameters.has('acr_values') && !parameters.has('max_age')) return target;
  const scopes = parameters.get('scope')?.split(' ') ?? [];
  if (scopes.includes('openid')) return target;
  parameters.set('scope', [...scopes, 'openid'].join(' '));
  return `/auth?${parameters.toString()}`;
}

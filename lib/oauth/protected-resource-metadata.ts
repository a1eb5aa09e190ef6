/** What the metadata document of a protected resource says (RFC 9728 §2). */
export interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers?: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly dpop_signing_alg_values_supported?: readonly string[];
  readonly dpop_bound_access_tokens_required?: boolean;
}

const wellKnown = '/.well-known/oauth-protected-resource';

/**
 * Where the metadata document of a resource lives: the well-known path is inserted between host and path
 * (RFC 9728 §3.1).
 *
 * @param resource - the resource identifier
 */
export function metadataUrlOf(resource: URL): URL {
  const path = resource.pathname === '/' ? '' : resource.pathname;
  return new URL(`${wellKnown}${path}`, resource.origin);
}

/**
 * The metadata document.
 *
 * @param facts - the resource identifier as the client knows it, its authorization servers, the scopes to mention
 */
export function buildProtectedResourceMetadata(facts: {
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  readonly scopesSupported: readonly string[];
  readonly dpop?: { readonly algorithms: readonly string[]; readonly isRequired: boolean } | undefined;
}): ProtectedResourceMetadata {
  // RFC 9728 §3.2: members without values are left out.
  return {
    resource: facts.resource,
    ...(facts.authorizationServers.length === 0 ? {} : { authorization_servers: facts.authorizationServers }),
    ...(facts.scopesSupported.length === 0 ? {} : { scopes_supported: facts.scopesSupported }),
    bearer_methods_supported: ['header'],
    ...(facts.dpop === undefined ? {} : { dpop_signing_alg_values_supported: facts.dpop.algorithms }),
    ...(facts.dpop?.isRequired === true ? { dpop_bound_access_tokens_required: true } : {}),
  };
}

import type { ItemAccess } from './access.js';

/** How a tool may be called, as hosts read it beside the tool: of several, each by itself is enough. */
export type SecurityScheme =
  { readonly type: 'noauth' } | { readonly type: 'oauth2'; readonly scopes: readonly string[] };

const withoutSignIn: readonly SecurityScheme[] = [{ type: 'noauth' }];

/**
 * What a tool needs, for hosts that ask for scopes before they call it (`securitySchemes` of the Apps SDK). Each alternative of `anyOf`
 * is a scheme. Scopes that depend on the arguments are not known yet, so such a tool says only that it needs a sign-in.
 *
 * @param access - the tool's
 * @param ofEndpoint - what the endpoint needs besides, as alternatives
 */
export function securitySchemesOf(
  { authentication, dependsOnArguments, requirement }: ItemAccess,
  ofEndpoint: readonly (readonly string[])[],
): readonly SecurityScheme[] {
  const endpointNeedsNothing = ofEndpoint.some((scopes) => scopes.length === 0);
  const needsSignIn = authentication !== undefined || dependsOnArguments;
  if (!needsSignIn && requirement.isNothing && endpointNeedsNothing) return withoutSignIn;
  return requirement.alternatives.flatMap((own) =>
    ofEndpoint.map((others) => ({ type: 'oauth2' as const, scopes: [...new Set([...others, ...own])] })),
  );
}

import type { ItemAccess } from './access.js';

/** A way to authorize calls of a tool, as hosts read it; if there are several, each is enough. */
export type SecurityScheme =
  { readonly type: 'noauth' } | { readonly type: 'oauth2'; readonly scopes: readonly string[] };

const withoutSignIn: readonly SecurityScheme[] = [{ type: 'noauth' }];

/**
 * The requirements of a tool, for hosts that ask for scopes before they call it (`securitySchemes` of the Apps SDK). Each alternative
 * of `anyOf` is a scheme. If the scopes depend on the arguments, they are not known yet, so the tool only demands a sign-in.
 *
 * @param access - the tool's
 * @param ofEndpoint - the additional needs of the endpoint, as alternatives
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

import type { Configuration, errors, KoaContextWithOIDC } from 'oidc-provider';
import type { ResolvedDevOptions } from '../dev-options.js';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** Scopes that say something to the authorization server and nothing to a resource. */
const ownScopes: readonly string[] = ['openid', 'offline_access'];

/**
 * Resources and their scopes (RFC 8707). Every grant and every token passes here, so unknown scopes are refused here too.
 *
 * @param options - resolved options
 * @param library - the errors of `oidc-provider`
 */
export function resourceIndicators(
  { accessTokenSeconds, resources, scopes }: ResolvedDevOptions,
  { InvalidScope, InvalidTarget }: typeof errors,
): ResourceIndicators {
  const scope = [...scopes.keys()].join(' ');
  const unknownScope = ({ oidc }: KoaContextWithOIDC): string | undefined =>
    [...oidc.requestParamScopes].find((one) => !scopes.has(one) && !ownScopes.includes(one));
  return {
    enabled: true,
    // A client that forgets to name the resource gets a token for the first one rather than one for nothing.
    defaultResource: () => resources[0] ?? '',
    useGrantedResource: () => true,
    getResourceServerInfo: (ctx, indicator) => {
      // RFC 8707 §2: invalid_target for a resource that is not known.
      if (!resources.includes(indicator)) throw new InvalidTarget();
      // RFC 6749 §4.1.2.1
      const unknown = unknownScope(ctx);
      if (unknown !== undefined) throw new InvalidScope('requested scope does not exist', unknown);
      return {
        scope,
        audience: indicator,
        accessTokenTTL: accessTokenSeconds,
        // RFC 9068: at+jwt
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      };
    },
  };
}

import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { isLoopbackHost } from '../../oauth/trustworthy-url.js';
import type { ResolvedDevOptions } from '../dev-options.js';
import { renderError, signOutPages } from '../pages/provider-pages.js';
import type { DevState } from '../state/dev-state.js';
import type { ProviderLibrary } from './interaction-policy.js';
import { interactionPolicy } from './interaction-policy.js';
import { resourceIndicators } from './resource-indicators.js';
import { signInClaims } from './sign-in-claims.js';

const minutes = 60;
const days = 24 * 60 * minutes;

/**
 * The configuration of `oidc-provider`.
 *
 * @param options - resolved options
 * @param state - keys and records
 * @param library - the module, which is loaded when it is needed
 */
export function providerConfiguration(
  options: ResolvedDevOptions,
  state: DevState,
  library: ProviderLibrary,
): Configuration {
  const scopes = [...options.scopes.keys()];
  return {
    adapter: (model) => state.records.adapterFor(model),
    jwks: { keys: [state.signingKey] },
    cookies: { keys: [state.cookieKey] },
    scopes: ['openid', ...scopes],
    acrValues: options.acrValues,
    extraClientMetadata: unrestrictedScopes,
    extraTokenClaims: signInClaims,
    // OAuth 2.1 §4.1.1: PKCE for every client.
    pkce: { required: () => true },
    responseTypes: ['code'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      clientCredentials: { enabled: true },
      clientIdMetadataDocument: { enabled: true },
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: resourceIndicators(options, library.errors),
      rpInitiatedLogout: { enabled: true, ...signOutPages },
    },
    fetch: fetchDocument,
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: {
      url: (_ctx, { uid }) => `/interaction/${uid}`,
      policy: interactionPolicy(options.acrValues, library),
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    loadExistingGrant,
    clientBasedCORS: () => true,
    renderError,
    ttl: {
      AccessToken: options.accessTokenSeconds,
      AuthorizationCode: minutes,
      ClientCredentials: options.accessTokenSeconds,
      IdToken: options.accessTokenSeconds,
      RefreshToken: 14 * days,
      Interaction: 60 * minutes,
      Session: 14 * days,
      Grant: 14 * days,
    },
  };
}

/**
 * A client registers with the scopes that it wants at first (RFC 7591 §2). oidc-provider would take them for all that it
 * may ever ask for, and no client could step up.
 */
const unrestrictedScopes: NonNullable<Configuration['extraClientMetadata']> = {
  properties: ['scope'],
  validator: (_ctx, _key, _value, metadata) => {
    delete metadata.scope;
  },
};

/**
 * Fetches the metadata document of a client. oidc-provider's dispatcher refuses addresses of this machine, but a client
 * under development publishes its document there. Addresses of other machines in the network stay refused.
 */
const fetchDocument: NonNullable<Configuration['fetch']> = (url, options) => {
  if (!isLoopbackHost(new URL(url).hostname)) return fetch(url, options);
  const { dispatcher: _dispatcher, ...rest } = options as RequestInit & { readonly dispatcher?: unknown };
  return fetch(url, rest);
};

/**
 * Loads what the user granted this client before. Refusals are forgotten, so that a step-up may ask again; except in
 * the very authorization in which the user refused.
 */
async function loadExistingGrant(
  ctx: KoaContextWithOIDC,
): Promise<InstanceType<typeof ctx.oidc.provider.Grant> | undefined> {
  const { client, provider, result, session } = ctx.oidc;
  const justGranted = result?.consent?.grantId;
  const id = justGranted ?? (client === undefined ? undefined : session?.grantIdFor(client.clientId));
  const grant = id === undefined ? undefined : await provider.Grant.find(id);
  // Another name may have signed in since.
  if (grant === undefined || grant.accountId !== session?.accountId) return undefined;
  if (justGranted === undefined) delete grant.rejected;
  return grant;
}

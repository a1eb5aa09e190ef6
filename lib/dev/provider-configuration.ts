import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { Configuration, errors, JWK, KoaContextWithOIDC } from 'oidc-provider';
import type { ResolvedDevOptions } from './dev-options.js';

const minutes = 60;
const days = 24 * 60 * minutes;

/**
 * What oidc-provider is told.
 *
 * @param options - resolved options
 * @param InvalidTarget - oidc-provider's own error for a resource that it does not know
 */
export function providerConfiguration(
  options: ResolvedDevOptions,
  InvalidTarget: typeof errors.InvalidTarget,
): Configuration {
  const scopes = [...options.scopes.keys()];
  return {
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: ['openid', ...scopes],
    extraClientMetadata: unrestrictedScopes,
    // OAuth 2.1 §4.1.1: PKCE for every client.
    pkce: { required: () => true },
    responseTypes: ['code'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: resourceIndicators(options, scopes, InvalidTarget),
    },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    loadExistingGrant,
    clientBasedCORS: () => true,
    ttl: {
      AccessToken: options.accessTokenSeconds,
      AuthorizationCode: minutes,
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

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'ES256', use: 'sig' };
}

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

function resourceIndicators(
  options: ResolvedDevOptions,
  scopes: readonly string[],
  InvalidTarget: typeof errors.InvalidTarget,
): ResourceIndicators {
  const { accessTokenSeconds, resources } = options;
  return {
    enabled: true,
    // A client that forgets to name the resource gets a token for the first one rather than one for nothing.
    defaultResource: () => resources[0] ?? '',
    useGrantedResource: () => true,
    getResourceServerInfo: (_ctx, indicator) => {
      // RFC 8707 §2: invalid_target for a resource that is not known.
      if (!resources.includes(indicator)) throw new InvalidTarget();
      return {
        scope: scopes.join(' '),
        audience: indicator,
        accessTokenTTL: accessTokenSeconds,
        // RFC 9068: at+jwt
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      };
    },
  };
}

/**
 * What the user granted this client before. What was refused is forgotten, so that a step-up may ask again; except in
 * the very authorization in which it was refused.
 */
async function loadExistingGrant(
  ctx: KoaContextWithOIDC,
): Promise<InstanceType<typeof ctx.oidc.provider.Grant> | undefined> {
  const { client, provider, result, session } = ctx.oidc;
  const justGranted = result?.consent?.grantId;
  const id = justGranted ?? (client === undefined ? undefined : session?.grantIdFor(client.clientId));
  const grant = id === undefined ? undefined : await provider.Grant.find(id);
  if (grant !== undefined && justGranted === undefined) delete grant.rejected;
  return grant;
}

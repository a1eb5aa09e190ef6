import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { errors, Provider } from 'oidc-provider';
import type { Users } from '../accounts/users.js';
import type { Config } from '../config.js';
import type { Database } from '../database/database.js';
import type { Access } from './access.js';
import { accessTokenSeconds } from './access.js';
import { OidcAdapter } from './oidc-adapter.js';

const minutes = 60;
const days = 24 * 60 * minutes;

/** Paths of the authorization server. Other parts of the app have no paths below `/oauth`. */
export const routes = {
  authorization: '/oauth/authorize',
  jwks: '/oauth/keys',
  registration: '/oauth/register',
  revocation: '/oauth/revoke',
  token: '/oauth/token',
};

/** The parts of the authorization server. */
export interface ProviderParts {
  readonly config: Config;
  readonly database: Database;
  readonly users: Users;
  readonly access: Access;
  /** Canonical URI of the MCP endpoint. */
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Fetches client ID metadata documents. Default: oidc-provider's, which refuses addresses inside a network. */
  readonly fetch?: Configuration['fetch'];
}

/**
 * The authorization server: OAuth 2.1 for MCP clients, with the users of the app.
 *
 * @param parts - see {@link ProviderParts}
 */
export function createProvider(parts: ProviderParts): Provider {
  const { access, config, database } = parts;
  const provider = new Provider(config.publicUrl.origin, {
    ...basics(config),
    ...(parts.fetch === undefined ? {} : { fetch: parts.fetch }),
    adapter: (model) => new OidcAdapter(database, model, (grantId) => access.grantRevoked(grantId)),
    scopes: ['openid', 'offline_access', ...parts.scopes],
    features: features(parts),
    findAccount: async (_ctx, id) => {
      // Otherwise a deleted user could still refresh.
      const user = await parts.users.find(id);
      return user === undefined ? undefined : { accountId: user.id, claims: () => ({ sub: user.id }) };
    },
    // Every access token names its grant, so that the access of one client can be revoked.
    extraTokenClaims: (_ctx, token) => ('grantId' in token ? { sid: token.grantId } : undefined),
  });
  // We set both header fields that it trusts (authorization/mount-provider).
  provider.proxy = true;
  return provider;
}

function basics(config: Config): Configuration {
  return {
    routes,
    jwks: { keys: [...config.signingKeys] },
    cookies: {
      keys: [...config.cookieSecrets],
      names: { session: 'oauth', interaction: 'oauth_page', resume: 'oauth_resume' },
    },
    interactions: { url: (_ctx, { uid }) => `/oauth/consent/${uid}` },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    extraClientMetadata: unrestrictedScopes,
    // OAuth 2.1 §4.1.1: PKCE for every client.
    pkce: { required: () => true },
    responseTypes: ['code'],
    // Clients in browsers: these requests carry no cookies, so any origin may send them.
    clientBasedCORS: () => true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // OAuth 2.1 §4.3.1: a refresh token that is used twice ends the whole grant.
    rotateRefreshToken: true,
    loadExistingGrant,
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: minutes,
      IdToken: accessTokenSeconds,
      Interaction: 30 * minutes,
      RefreshToken: 14 * days,
      Session: 14 * days,
      Grant: 14 * days,
    },
  };
}

/**
 * A client registers with the scopes that it wants at first (RFC 7591 §2). oidc-provider would treat them as a maximum, and no client
 * could step up.
 */
const unrestrictedScopes: NonNullable<Configuration['extraClientMetadata']> = {
  properties: ['scope'],
  validator: (_ctx, _key, _value, metadata) => {
    delete metadata.scope;
  },
};

function features({ resource, scopes }: ProviderParts): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    // Features that are not needed are off. With dPoP, mcpAuth would need `dpop: 'supported'` and a shared replay store.
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
    registration: { enabled: true },
    // RFC 7009 §2.1: a client may only revoke its own tokens.
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    // The ack confirms which draft is meant; oidc-provider asks for it because drafts change.
    clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
    resourceIndicators: {
      enabled: true,
      // A client that does not name the resource gets a token for the only one.
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, indicator) => {
        // RFC 8707 §2: invalid_target for an unknown resource.
        if (indicator !== resource) throw new errors.InvalidTarget();
        return {
          scope: scopes.join(' '),
          audience: resource,
          accessTokenTTL: accessTokenSeconds,
          // RFC 9068
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  };
}

/**
 * The earlier grant of this user to the client. Refused scopes are forgotten, so that a step-up may ask again, except in the same
 * authorization.
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

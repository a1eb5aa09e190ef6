import type { ClaimMapping, Claims } from '../../lib/index.js';

/** What a product issues. `ISSUER` stands for the origin of its server. */
export interface Product {
  readonly name: string;
  /** Path of the issuer identifier on its origin. */
  readonly issuerPath: string;
  /** Where its metadata is, and what is in it beside issuer and jwks_uri. */
  readonly metadataPath: string;
  /** What the recipe writes for the issuer, beside `issuer`. */
  readonly options: { readonly audience?: string; readonly claims?: ClaimMapping };
  readonly header: Claims;
  readonly accessToken: Claims;
  /** Members of an ID token of the same issuer, for the same user. */
  readonly idToken: Claims;
  /** What the recipe is to make of the access token. */
  readonly expected: { readonly subject: string; readonly clientId: string; readonly scopes: readonly string[] };
}

const resource = 'https://api.example.com/mcp';
const apiId = '11111111-2222-3333-4444-555555555555';

/** As docs/authorization.md has it. */
export const entraClaims: ClaimMapping = {
  scope: ({ scp, roles }) =>
    [...(typeof scp === 'string' ? scp.split(' ') : []), ...(Array.isArray(roles) ? (roles as string[]) : [])]
      .filter((scope) => scope !== '')
      .map((scope) => `api://${apiId}/${scope}`),
  subject: ['oid', 'sub'],
};

export const products: readonly Product[] = [
  {
    // https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles (Auth0 profile, with RBAC permissions)
    name: 'Auth0',
    issuerPath: '/',
    metadataPath: '/.well-known/openid-configuration',
    options: { claims: { scope: 'permissions' } },
    header: { alg: 'RS256', typ: 'JWT' },
    accessToken: {
      sub: 'auth0|123456',
      aud: [resource, 'ISSUER/userinfo'],
      azp: 'my_client_id',
      scope: 'openid profile notes:read',
      permissions: ['notes:read'],
    },
    idToken: { aud: 'my_client_id', nonce: 'n-0S6_WzA2Mj', sid: 's1', nickname: 'ada' },
    expected: { subject: 'auth0|123456', clientId: 'my_client_id', scopes: ['notes:read'] },
  },
  {
    // Server administration guide, "Audience support" and "Client scopes"; token of a realm with an audience mapper
    name: 'Keycloak',
    issuerPath: '/realms/acme',
    metadataPath: '/realms/acme/.well-known/openid-configuration',
    options: {},
    header: { alg: 'RS256', typ: 'JWT' },
    accessToken: {
      jti: 'onrtac:3c4a',
      aud: [resource, 'account'],
      sub: 'f:1:ada',
      typ: 'Bearer',
      azp: 'claude',
      sid: 'b2a1',
      acr: '1',
      'allowed-origins': ['*'],
      realm_access: { roles: ['offline_access'] },
      scope: 'notes:read profile',
      preferred_username: 'ada',
    },
    idToken: { aud: 'claude', typ: 'ID', at_hash: 'x', nonce: 'n' },
    expected: { subject: 'f:1:ada', clientId: 'claude', scopes: ['notes:read', 'profile'] },
  },
  {
    // https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (v2.0 token)
    name: 'Microsoft Entra ID',
    issuerPath: '/tenant-id/v2.0',
    metadataPath: '/tenant-id/v2.0/.well-known/openid-configuration',
    options: { audience: apiId, claims: entraClaims },
    header: { alg: 'RS256', typ: 'JWT' },
    accessToken: {
      aud: apiId,
      aio: 'AXQAi',
      azp: 'client-guid',
      azpacr: '0',
      name: 'Ada',
      oid: 'object-id',
      preferred_username: 'ada@acme.example',
      rh: '0.AX',
      scp: 'notes.read notes.write',
      sub: 'pairwise-subject',
      tid: 'tenant-id',
      uti: 'u',
      ver: '2.0',
    },
    idToken: { aud: 'client-guid', nonce: 'n', name: 'Ada' },
    expected: {
      subject: 'object-id',
      clientId: 'client-guid',
      scopes: [`api://${apiId}/notes.read`, `api://${apiId}/notes.write`],
    },
  },
  {
    // https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ (custom authorization server)
    name: 'Okta',
    issuerPath: '/oauth2/aus1',
    metadataPath: '/oauth2/aus1/.well-known/openid-configuration',
    options: {},
    header: { alg: 'RS256' },
    accessToken: {
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      aud: resource,
      cid: '0oabskvc6442nkvQO0h7',
      uid: '00u5t60iloOHN9pBi0h7',
      scp: ['notes:read', 'openid'],
      sub: 'ada@acme.example',
      auth_time: 1311280970,
    },
    idToken: { aud: '0oabskvc6442nkvQO0h7', nonce: 'n', at_hash: 'x', amr: ['pwd'] },
    expected: { subject: 'ada@acme.example', clientId: '0oabskvc6442nkvQO0h7', scopes: ['notes:read', 'openid'] },
  },
  {
    // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html, with
    // resource binding (cognito-user-pools-define-resource-servers.html)
    name: 'Amazon Cognito',
    issuerPath: '/eu-central-1_EXAMPLE',
    metadataPath: '/eu-central-1_EXAMPLE/.well-known/openid-configuration',
    options: {},
    header: { alg: 'RS256' },
    accessToken: {
      sub: 'aaaaaaaa-bbbb',
      'cognito:groups': ['team'],
      client_id: 'xxxxxxxxxxxxexample',
      origin_jti: 'o',
      event_id: 'e',
      token_use: 'access',
      aud: resource,
      scope: `${resource}/notes.read openid`,
      auth_time: 1311280970,
      version: 2,
      jti: 'j',
      username: 'ada',
    },
    idToken: { aud: 'xxxxxxxxxxxxexample', token_use: 'id', at_hash: 'x', 'cognito:username': 'ada' },
    expected: {
      subject: 'aaaaaaaa-bbbb',
      clientId: 'xxxxxxxxxxxxexample',
      scopes: [`${resource}/notes.read`, 'openid'],
    },
  },
  {
    // https://workos.com/docs/authkit/mcp, with the endpoint in the list of MCP resource indicators
    name: 'WorkOS AuthKit',
    issuerPath: '',
    metadataPath: '/.well-known/oauth-authorization-server',
    options: { claims: { scope: 'permissions' } },
    header: { alg: 'RS256', typ: 'JWT' },
    accessToken: {
      aud: resource,
      sub: 'user_01H',
      sid: 'session_01H',
      jti: 'j',
      client_id: 'client_01H',
      org_id: 'org_01H',
      role: 'member',
      permissions: ['notes:read'],
      scope: 'openid profile',
    },
    idToken: { aud: 'client_01H', nonce: 'n', at_hash: 'x' },
    expected: { subject: 'user_01H', clientId: 'client_01H', scopes: ['notes:read'] },
  },
];

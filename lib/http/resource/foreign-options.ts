import type { ForeignNames } from '../../errors/assert-members.js';

// Names of options in express-oauth2-jwt-bearer, express-jwt, jwks-rsa, passport-jwt, mcp-auth, keycloak-connect and the official SDK.
const resourceAdvice = 'resource: "https://api.example.com/mcp", which is also the audience that tokens must have';
const issuerAdvice = 'issuer: "https://login.example.com"';
const scopesAdvice =
  'requiredScopes for scopes that every request needs, or give the scopes to the tools that need them: ' +
  "registry.tool('name', { scopes: ['notes:write'] }, handler)";
const introspectionAdvice =
  'issuers: [{ issuer: "https://…", introspection: { clientId: "…", clientSecret: "…" } }]. Tokens that are JWTs need none of it';

function ofIssuer(member: string, value: string): string {
  return `issuers: [{ issuer: "https://…", ${member}: ${value} }]`;
}

/** Options of other libraries that people give to `mcpAuth`, and what to write instead. */
export const foreignAuthOptions: ForeignNames = {
  audience: `${resourceAdvice}. For another audience: ${ofIssuer('audience', '"…"')}`,
  audiences: `${resourceAdvice}. For others: ${ofIssuer('audience', '["…"]')}`,
  aud: resourceAdvice,
  resourceUrl: resourceAdvice,
  resourceServerUrl: resourceAdvice,
  resourceMetadataUrl: `${resourceAdvice}. The URL of the metadata document follows from it`,
  baseUrl: resourceAdvice,
  baseURL: resourceAdvice,
  serverUrl: resourceAdvice,
  issuerBaseURL: issuerAdvice,
  issuerBaseUrl: issuerAdvice,
  issuerUrl: issuerAdvice,
  iss: issuerAdvice,
  authServerUrl: issuerAdvice,
  'auth-server-url': 'issuer: "https://keycloak.example.com/realms/<realm>"',
  domain: 'issuer with the whole URL, as the tokens have it in iss: "https://<domain>/"',
  tenant: 'issuer with the whole URL, as the tokens have it in iss',
  jwksUri: ofIssuer('jwksUri', '"https://…"'),
  jwks_uri: ofIssuer('jwksUri', '"https://…"'),
  jwksUrl: ofIssuer('jwksUri', '"https://…"'),
  jwks: ofIssuer('jwks', '{ keys: […] }'),
  algorithms: ofIssuer('algorithms', '["RS256"]'),
  algorithm: ofIssuer('algorithms', '["RS256"]'),
  tokenSigningAlg: ofIssuer('algorithms', '["RS256"]'),
  secret: ofIssuer('jwks', '{ keys: [{ kty: "oct", k: "…", alg: "HS256" }] }, algorithms: ["HS256"]'),
  secretOrKey: ofIssuer('jwks', '{ keys: […] }'),
  clockTolerance: 'clockToleranceSeconds: 5',
  scopes: scopesAdvice,
  scope: scopesAdvice,
  clientId: introspectionAdvice,
  clientID: introspectionAdvice,
  clientSecret: introspectionAdvice,
  introspectionEndpoint: ofIssuer('introspection', '{ endpoint: "https://…", clientId: "…", clientSecret: "…" }'),
  introspection: ofIssuer('introspection', '{ clientId: "…", clientSecret: "…" }'),
  authRequired: 'allowAnonymous: true, if requests without a token may use what needs no scopes',
  credentialsRequired: 'allowAnonymous: true, if requests without a token may use what needs no scopes',
  verifyAccessToken: 'verifier: { verify: (token) => … }',
  provider: 'verifier: { verify: (token) => … } and issuer',
  oauthMetadata: `${issuerAdvice}. Its metadata is discovered`,
  server: `${issuerAdvice}. Its metadata is discovered`,
  protectedResources: resourceAdvice,
  tokenVerifier: 'verifier: { verify: (token) => … }',
  validate: 'verifier: { verify: (token) => … }',
  strategy: 'authenticate: (req) => req.user, behind the middleware that has verified the token',
  session: 'nothing: there are no cookie sessions. Each request brings its token',
  jwtFromRequest: 'nothing: the token is read from the Authorization header, the only place where MCP allows one',
  rateLimit: 'nothing: keys are cached, and fetched again at most once in a while',
  jwksRequestsPerMinute: 'nothing: keys are cached, and fetched again at most once in a while',
  scopes_supported: 'scopesSupported',
  resourceName: 'metadata: { name: "…" }',
  serviceDocumentationUrl: 'metadata: { documentation: "https://…" }',
};

/** The same for one of `issuers`. */
export const foreignIssuerOptions: ForeignNames = {
  jwks_uri: 'jwksUri: "https://…"',
  jwksUrl: 'jwksUri: "https://…"',
  audiences: 'audience: ["…"]',
  aud: 'audience: "…"',
  iss: issuerAdvice,
  issuerBaseURL: issuerAdvice,
  url: issuerAdvice,
  algorithm: 'algorithms: ["RS256"]',
  tokenSigningAlg: 'algorithms: ["RS256"]',
  clientId: 'introspection: { clientId: "…", clientSecret: "…" }',
  clientSecret: 'introspection: { clientId: "…", clientSecret: "…" }',
  token: 'only what is about the issuer. With createTestIssuer(), that is issuers: [{ issuer, jwks }]',
  requiredScopes: 'requiredScopes beside issuers: mcpAuth({ issuers: […], requiredScopes: […] })',
};

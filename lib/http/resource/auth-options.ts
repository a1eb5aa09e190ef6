import type { DecisionListener } from './access-decision.js';
import type { ClaimMapping } from '../../oauth/claim-mapping.js';
import type { ClientCredentials } from '../../oauth/client-authentication.js';
import type { KeySet } from '../../oauth/key-source.js';
import type { ResourceDescription } from '../../oauth/protected-resource-metadata.js';
import type { ScopeHierarchyDefinition } from '../../oauth/scope-hierarchy.js';
import type { DpopMode } from '../../oauth/sender-constraint.js';
import type { TokenVerifier } from '../../oauth/token-verifier.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { RevocationStore } from '../../stores/revocation-store.js';

/** An authorization server whose tokens are accepted. */
export interface IssuerOptions {
  /** Issuer identifier: the exact value of `iss`. */
  readonly issuer: string;
  /** The issuer's keys, when they are known. Without `jwks` and `jwksUri` they are discovered. */
  readonly jwks?: KeySet;
  /** Where the issuer's keys are, when its metadata does not say. */
  readonly jwksUri?: string;
  /** Accepted values of `alg`. Default: the asymmetric ones. */
  readonly algorithms?: readonly string[];
  /** Accepted values of `aud`. Default: the resource. */
  readonly audience?: string | readonly string[];
  /** Which claims carry scopes, subject and client, when they are not the usual ones. */
  readonly claims?: ClaimMapping;
  /** Ask the issuer about tokens (RFC 7662): about those that are no JWTs, or about all. */
  readonly introspection?: IntrospectionOptions;
}

/** How an authorization server is asked about tokens. */
export interface IntrospectionOptions extends ClientCredentials {
  /** Where to ask, when the issuer's metadata does not say. */
  readonly endpoint?: string;
  /** Which tokens: `opaque` (default) verifies JWTs with the issuer's keys; with `all` a revoked JWT is noticed, too. */
  readonly tokens?: 'all' | 'opaque';
  /**
   * Whether an answer that names no audience is taken. Only for an issuer that tells each resource server about its own
   * tokens alone. Default false.
   */
  readonly allowMissingAudience?: boolean;
}

/** How long verified tokens are remembered. */
export interface CacheOptions {
  /** Seconds that a verdict serves at the most; 0 verifies every token anew. Default 60. */
  readonly seconds?: number;
  /** Tokens that are remembered at the most. Default 10,000. */
  readonly entries?: number;
}

/** Stores of `mcpAuth`. */
export interface AuthStores {
  /** Remembers which DPoP proofs were used. */
  readonly replay?: ReplayStore;
  /** Knows what was revoked; see `revokeTokens`. */
  readonly revocation?: RevocationStore;
}

/** Options of `mcpAuth`. */
export interface McpAuthOptions {
  /**
   * Canonical URI of the MCP endpoint, such as `https://api.example.com/mcp`: its path is the endpoint's path, it is the
   * audience that tokens must have, and the metadata document's place is made from it. Default: `MCP_RESOURCE`.
   */
  readonly resource?: string;
  /** Issuer identifier of the authorization server; its metadata and keys are discovered. Default: `MCP_ISSUER`. */
  readonly issuer?: string;
  /** Several authorization servers, or one with more to say about it. Instead of `issuer`. */
  readonly issuers?: readonly IssuerOptions[];
  /** A verifier of your own. It decides about tokens alone, the audience included; `issuer` then only tells clients where to sign in. */
  readonly verifier?: TokenVerifier;
  /** Scopes that every use of the endpoint needs. */
  readonly requiredScopes?: readonly string[];
  /** Scopes that the metadata document lists. Default: `requiredScopes`. */
  readonly scopesSupported?: readonly string[];
  /** Which broader scopes imply which narrower ones: `{ 'notes:write': ['notes:read'] }`. */
  readonly scopeHierarchy?: ScopeHierarchyDefinition;
  /** Whether calls without a token may use what needs no scopes. A bad token is refused all the same. Default false. */
  readonly allowAnonymous?: boolean;
  /** Path of the endpoint in this app, when a proxy strips a prefix off the public one. Default: the path of `resource`. */
  readonly path?: string;
  /** Browser origins that may read answers and challenges, such as `['https://app.example.com']`, or `'*'`. Default none. */
  readonly cors?: readonly string[] | '*';
  /** What else the metadata document says: name, pages for people, and whether it is signed. */
  readonly metadata?: ResourceDescription;
  /** The `realm` of challenges. Default none. */
  readonly realm?: string;
  /** How long verified tokens are remembered. Of a verifier of your own, nothing is remembered. */
  readonly cache?: CacheOptions;
  /**
   * Tokens that are bound to a key of the client (DPoP, RFC 9449): whether they are taken (`supported`) or demanded
   * (`required`). A bound token is never taken without a proof. Default `off`.
   */
  readonly dpop?: DpopMode;
  /**
   * Makes DPoP proofs carry a nonce of ours, made with this secret: 32 characters or more, the same in every process that
   * serves the endpoint. Default: no nonces.
   */
  readonly dpopNonceSecret?: string;
  /**
   * Header field into which your proxy writes the certificate of the client, such as `Client-Cert` (RFC 9440), for tokens
   * that are bound to one (RFC 8705). The proxy must remove it from what clients send. Default: the TLS connection.
   */
  readonly clientCertificateHeader?: string;
  /** State that the processes of an endpoint share. Default: the memory of this one for proofs, no revocation. */
  readonly stores?: AuthStores;
  /** Hears of every decision about a caller or a call, for an audit log. What it throws refuses the request. */
  readonly onDecision?: DecisionListener;
  /** How far the clocks of issuer and app may differ, in seconds, 0 to 300. Default 5. */
  readonly clockToleranceSeconds?: number;
}

/** Every option, as a list that cannot miss one. */
export const authOptionNames = Object.keys({
  resource: true,
  issuer: true,
  issuers: true,
  verifier: true,
  requiredScopes: true,
  scopesSupported: true,
  scopeHierarchy: true,
  allowAnonymous: true,
  path: true,
  cors: true,
  metadata: true,
  realm: true,
  cache: true,
  dpop: true,
  dpopNonceSecret: true,
  clientCertificateHeader: true,
  stores: true,
  onDecision: true,
  clockToleranceSeconds: true,
} satisfies Record<keyof McpAuthOptions, true>);

/** Every member of an issuer, likewise. */
export const issuerOptionNames = Object.keys({
  issuer: true,
  jwks: true,
  jwksUri: true,
  algorithms: true,
  audience: true,
  claims: true,
  introspection: true,
} satisfies Record<keyof IssuerOptions, true>);

/** Every member of `introspection`, likewise. */
export const introspectionOptionNames = Object.keys({
  clientId: true,
  clientSecret: true,
  privateKey: true,
  endpoint: true,
  tokens: true,
  allowMissingAudience: true,
} satisfies Record<keyof IntrospectionOptions, true>);

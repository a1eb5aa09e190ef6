import type { ResourceDescription } from '../../oauth/protected-resource-metadata.js';
import type { ScopeHierarchyDefinition } from '../../oauth/scope-hierarchy.js';
import type { DpopMode } from '../../oauth/sender-constraint.js';
import type { TokenVerifier } from '../../oauth/token-verifier.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { ErrorReporter } from '../../server/reporting/report-error.js';
import type { RevocationStore } from '../../stores/revocation-store.js';
import type { DecisionListener } from './access-decision.js';
import type { Authenticate } from './authenticated-request.js';
import type { ProblemListener } from './problem.js';
import type { IssuerFunction, IssuerOptions } from './issuer-options.js';

/** How long verified tokens are cached. */
export interface CacheOptions {
  /** Maximum age of a cached verdict, in seconds; 0 verifies every token anew. Default 60. */
  readonly seconds?: number;
  /** Maximum number of cached tokens. Default 10,000. */
  readonly entries?: number;
}

/** Stores of `mcpAuth`. */
export interface AuthStores {
  /** Remembers used DPoP proofs. */
  readonly replay?: ReplayStore;
  /** Knows revoked tokens; see `revokeTokens`. */
  readonly revocation?: RevocationStore;
}

/** Options of `mcpAuth`. */
export interface McpAuthOptions {
  /**
   * Canonical URI of the MCP endpoint, such as `https://api.example.com/mcp`. Its path is the endpoint's path. It is the audience that
   * tokens must have, and the metadata document's URL is made from it. Default: `MCP_RESOURCE`.
   */
  readonly resource?: string;
  /** Issuer identifier of the authorization server; its metadata and keys are discovered. Default: `MCP_ISSUER`. */
  readonly issuer?: string;
  /**
   * Several authorization servers, or one with more settings; or a function that looks up the issuer of a token, for tenants. It is
   * called once for each issuer, and its answer is kept for an hour. Instead of `issuer`.
   */
  readonly issuers?: IssuerFunction | readonly IssuerOptions[];
  /** A custom verifier. It alone decides about tokens, the audience included; `issuer` then only tells clients where to sign in. */
  readonly verifier?: TokenVerifier;
  /**
   * Verifiers for several kinds of credentials, such as `apiKeyVerifier` and `jwtVerifier`; the first that recognises a token decides.
   * Tokens that none recognises go to `issuer` or `issuers`, if one of them is given.
   */
  readonly verifiers?: readonly TokenVerifier[];
  /**
   * Returns the caller that middleware in front of this one has already authenticated, such as `fromSdkAuth` or `fromJwtBearer`;
   * undefined without one. Instead of `issuer`, `issuers`, `verifier` and `verifiers`. It is called only for requests with an
   * `Authorization` header.
   */
  readonly authenticate?: Authenticate;
  /**
   * Whether `authenticate` is also called for requests without an `Authorization` header, such as those with a session in a cookie.
   * They need an `Origin` of the same site, so that no other site can call tools on behalf of its visitors. Default false.
   */
  readonly allowCookies?: boolean;
  /** Authorization servers that clients are told to sign in at. Default: those of `issuer`, `issuers` and `verifiers`. */
  readonly authorizationServers?: readonly string[];
  /** Scopes that every use of the endpoint needs. */
  readonly requiredScopes?: readonly string[];
  /**
   * Scopes that a challenge with 401 asks for in addition to `requiredScopes`. The endpoint does not demand them. They are for clients
   * that sign in once and ask for no more when a tool needs it. Default none.
   */
  readonly challengeScopes?: readonly string[];
  /**
   * Scopes that a challenge for missing scopes (403) names. `needed`: those that the operation needs. `needed-and-held`: also those
   * that the token already has, because some clients ask for exactly what is named and would lose the rest. Default `needed-and-held`.
   */
  readonly challengedScopes?: 'needed' | 'needed-and-held';
  /** Scopes that the metadata document lists. Default: `requiredScopes` and `challengeScopes`. */
  readonly scopesSupported?: readonly string[];
  /** Which broader scopes imply which narrower ones: `{ 'notes:write': ['notes:read'] }`. */
  readonly scopeHierarchy?: ScopeHierarchyDefinition;
  /** Whether callers without a token may use items that need no scopes. A bad token is still refused. Default false. */
  readonly allowAnonymous?: boolean;
  /** Path of the endpoint in this app, when a proxy strips a prefix off the public one. Default: the path of `resource`. */
  readonly path?: string;
  /** Browser origins that may read answers and challenges, such as `['https://app.example.com']`, or `'*'`. Default none. */
  readonly cors?: readonly string[] | '*';
  /** More members of the metadata document: name, pages for people, and whether it is signed. */
  readonly metadata?: ResourceDescription;
  /** The `realm` of challenges. Default none. */
  readonly realm?: string;
  /**
   * Maximum length of a token, in characters. Node itself takes 16 KiB for all header fields of a request together; for longer tokens
   * also raise its `maxHeaderSize`. Default 16,384.
   */
  readonly maxTokenLength?: number;
  /** How long verified tokens are cached. Results of a custom verifier are not cached. */
  readonly cache?: CacheOptions;
  /**
   * Tokens that are bound to a key of the client (DPoP, RFC 9449): whether they are accepted (`supported`) or demanded (`required`). A
   * bound token is never accepted without a proof. Default `off`.
   */
  readonly dpop?: DpopMode;
  /**
   * Secret for nonces of ours, which DPoP proofs then have to carry: 32 characters or more, the same in every process that serves the
   * endpoint. Default: no nonces.
   */
  readonly dpopNonceSecret?: string;
  /**
   * Header field into which your proxy writes the certificate of the client, such as `Client-Cert` (RFC 9440). It is for tokens that
   * are bound to a certificate (RFC 8705). The proxy must remove the field from clients' requests. Default: the TLS connection.
   */
  readonly clientCertificateHeader?: string;
  /** State that the processes of an endpoint share. Default: proofs in the memory of this process, no revocation. */
  readonly stores?: AuthStores;
  /** Receives every decision about a caller or a call, for an audit log. If it throws, the request is refused. */
  readonly onDecision?: DecisionListener;
  /**
   * Receives errors that are hidden from callers: a `verifier`, a store or a function of yours threw, or returned an invalid value.
   * Default: the `onError` of the `mcpRouter` behind, or standard error.
   */
  readonly onError?: ErrorReporter;
  /**
   * Receives problems of the configuration or of its surroundings, each at most once a minute. Examples: an issuer that cannot be
   * reached, an audience that no token has, a scope that the authorization server does not list. Default: `onProblem` of the
   * `mcpRouter` behind, or a line on standard error.
   */
  readonly onProblem?: ProblemListener;
  /** How far the clocks of issuer and app may differ, in seconds, 0 to 300. Default 5. */
  readonly clockToleranceSeconds?: number;
}

/** Every option, as a list that cannot miss one. */
export const authOptionNames = Object.keys({
  resource: true,
  issuer: true,
  issuers: true,
  verifier: true,
  verifiers: true,
  authenticate: true,
  allowCookies: true,
  authorizationServers: true,
  requiredScopes: true,
  challengeScopes: true,
  challengedScopes: true,
  scopesSupported: true,
  scopeHierarchy: true,
  allowAnonymous: true,
  path: true,
  cors: true,
  metadata: true,
  realm: true,
  maxTokenLength: true,
  cache: true,
  dpop: true,
  dpopNonceSecret: true,
  clientCertificateHeader: true,
  stores: true,
  onDecision: true,
  onError: true,
  onProblem: true,
  clockToleranceSeconds: true,
} satisfies Record<keyof McpAuthOptions, true>);

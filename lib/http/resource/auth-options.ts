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
  /**
   * Several authorization servers, or one with more to say about it; or a function that looks up the issuer of a token, for tenants.
   * It is called once for each issuer, and its answer is kept for an hour. Instead of `issuer`.
   */
  readonly issuers?: IssuerFunction | readonly IssuerOptions[];
  /** A verifier of your own. It decides about tokens alone, the audience included; `issuer` then only tells clients where to sign in. */
  readonly verifier?: TokenVerifier;
  /**
   * Verifiers for several kinds of credentials, such as `apiKeyVerifier` and `jwtVerifier`; the first that recognises a token decides.
   * Tokens that none recognises go to `issuer` or `issuers`, if one of them is given.
   */
  readonly verifiers?: readonly TokenVerifier[];
  /**
   * Tells the caller of a request that middleware in front of this one has authenticated already, such as `fromSdkAuth` or
   * `fromJwtBearer`; undefined when there is none. Instead of `issuer`, `issuers`, `verifier` and `verifiers`. It is asked about
   * requests with an `Authorization` header only.
   */
  readonly authenticate?: Authenticate;
  /**
   * Whether `authenticate` is asked about requests without an `Authorization` header, too, as those that have a session in a cookie.
   * They need an `Origin` of the same site, so that no other site can call tools on behalf of its visitors. Default false.
   */
  readonly allowCookies?: boolean;
  /** What clients are told where to sign in. Default: the authorization servers of `issuer`, `issuers` and `verifiers`. */
  readonly authorizationServers?: readonly string[];
  /** Scopes that every use of the endpoint needs. */
  readonly requiredScopes?: readonly string[];
  /**
   * Scopes that a challenge with 401 asks for beside `requiredScopes`. Nobody needs them to use the endpoint: they are for clients that
   * sign in once, and ask for no more when a tool needs it. Default none.
   */
  readonly challengeScopes?: readonly string[];
  /**
   * What a challenge for missing scopes (403) names: what is needed and what the token has already, since some clients ask for
   * nothing but what is named and would lose the rest; or what is needed alone. Default `needed-and-held`.
   */
  readonly challengedScopes?: 'needed' | 'needed-and-held';
  /** Scopes that the metadata document lists. Default: `requiredScopes` and `challengeScopes`. */
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
  /**
   * Characters that a token may have. Node itself takes 16 KiB for all header fields of a request together; for longer tokens raise its
   * `maxHeaderSize`, too. Default 16,384.
   */
  readonly maxTokenLength?: number;
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
  /**
   * Hears of errors that callers are told nothing about: of a `verifier`, a store or a function of yours that threw, or returned what it
   * must not. Default: the `onError` of the `mcpRouter` behind, or standard error.
   */
  readonly onError?: ErrorReporter;
  /**
   * Hears of what is wrong with the configuration or around it, each problem once a minute: an issuer that cannot be reached, an audience that
   * no token has, scopes that the authorization server does not list. Default: `onProblem` of the `mcpRouter` behind, or a line on standard
   * error.
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

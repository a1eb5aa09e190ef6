import type { AccessTokenMark } from '../../oauth/access-token-kind.js';
import type { ClaimMapping } from '../../oauth/claim-mapping.js';
import type { ClientCredentials } from '../../oauth/client-authentication.js';
import type { KeySet } from '../../oauth/key-set.js';

/** An authorization server whose tokens are accepted. */
export interface IssuerOptions {
  /**
   * The exact value of `iss`, compared as text. Most often it is the URL of the authorization server. Where it is no https URL, say
   * with `authorizationServer`, `metadataUrl`, `jwksUri` or `jwks` where the keys are.
   */
  readonly issuer: string;
  /**
   * URL of the authorization server, where it is another than `issuer`: clients are told it, and its metadata is looked for there.
   * Its metadata must name it or `issuer`.
   */
  readonly authorizationServer?: string;
  /** URL of the metadata document, where it is in none of the usual places (RFC 8414 §3.1, OpenID Connect Discovery §4). */
  readonly metadataUrl?: string;
  /** The issuer's keys, when they are known. Without `jwks` and `jwksUri` they are discovered. */
  readonly jwks?: KeySet;
  /** Where the issuer's keys are, when its metadata does not say. */
  readonly jwksUri?: string;
  /**
   * Whether keys, metadata and introspection may be fetched over http from another machine, as inside a cluster. Anybody on the
   * network between can then forge every token. Default false.
   */
  readonly dangerouslyAllowHttp?: boolean;
  /** Accepted values of `alg`. Default: the asymmetric ones. Those with a shared secret (`HS256`) need `jwks` with an `oct` key. */
  readonly algorithms?: readonly string[];
  /** Accepted values of `aud`. Default: the resource. */
  readonly audience?: string | readonly string[];
  /** Which claims carry scopes, subject and client, when they are not the usual ones. */
  readonly claims?: ClaimMapping;
  /**
   * How the issuer marks its access tokens: `{ typ: 'at+jwt' }`, or `{ claim: 'token_use', value: 'access' }`. A token without the
   * mark is refused; other signs of an ID token or refresh token do not count any more. For issuers whose access tokens look like
   * ID tokens. Default: what RFC 9068 says, and no sign of another kind.
   */
  readonly accessTokenMark?: AccessTokenMark;
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
  /**
   * Tokens that are asked about at the same time. Sixteen times as many wait, for five seconds at the most; the rest is refused
   * with 503 and `Retry-After`. Default 16.
   */
  readonly maxConcurrent?: number;
}

/**
 * Looks up the issuer of a token, for apps whose tenants have issuers of their own.
 *
 * @param issuer - the `iss` of a token, as anybody may have written it: nothing is verified yet
 * @returns or promises the options of exactly this issuer; undefined when it is not accepted
 */
export type IssuerFunction = (issuer: string) => IssuerOptions | Promise<IssuerOptions | undefined> | undefined;

/** Every member of an issuer, as a list that cannot miss one. */
export const issuerOptionNames = Object.keys({
  issuer: true,
  authorizationServer: true,
  metadataUrl: true,
  jwks: true,
  jwksUri: true,
  dangerouslyAllowHttp: true,
  algorithms: true,
  audience: true,
  claims: true,
  accessTokenMark: true,
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
  maxConcurrent: true,
} satisfies Record<keyof IntrospectionOptions, true>);

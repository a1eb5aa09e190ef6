import type { AccessTokenMark } from '../../oauth/access-token-kind.js';
import type { ClaimMapping } from '../../oauth/claim-mapping.js';
import type { ClientCredentials } from '../../oauth/client-authentication.js';
import type { KeySet } from '../../oauth/key-set.js';

/** An authorization server whose tokens are accepted. */
export interface IssuerOptions {
  /**
   * The exact value of `iss`, compared as text. Usually it is the URL of the authorization server. If it is not an https URL, tell
   * where the keys are with `authorizationServer`, `metadataUrl`, `jwksUri` or `jwks`.
   */
  readonly issuer: string;
  /**
   * URL of the authorization server, if it differs from `issuer`. Clients get this URL, and its metadata is fetched from there. The
   * metadata must name it or `issuer`.
   */
  readonly authorizationServer?: string;
  /** URL of the metadata document, if it is in none of the usual places (RFC 8414 §3.1, OpenID Connect Discovery §4). */
  readonly metadataUrl?: string;
  /** The issuer's keys, if you know them. Without `jwks` and `jwksUri` they are discovered. */
  readonly jwks?: KeySet;
  /** URL of the issuer's keys, if its metadata does not name it. */
  readonly jwksUri?: string;
  /**
   * Whether keys, metadata and introspection may be fetched over http from another machine, as inside a cluster. An attacker in the
   * network can then forge every token. Default false.
   */
  readonly dangerouslyAllowHttp?: boolean;
  /** Accepted values of `alg`. Default: the asymmetric ones. Those with a shared secret (`HS256`) need `jwks` with an `oct` key. */
  readonly algorithms?: readonly string[];
  /** Accepted values of `aud`. Default: the resource. */
  readonly audience?: string | readonly string[];
  /** Which claims carry scopes, subject and client, if they are not the usual ones. */
  readonly claims?: ClaimMapping;
  /**
   * How the issuer marks its access tokens: `{ typ: 'at+jwt' }`, or `{ claim: 'token_use', value: 'access' }`. A token without the mark
   * is refused; other signs of an ID token or refresh token are ignored. For issuers whose access tokens look like ID tokens. Default:
   * the rules of RFC 9068, and no sign of another kind.
   */
  readonly accessTokenMark?: AccessTokenMark;
  /** Asks the issuer about tokens (RFC 7662): about those that are not JWTs, or about all. */
  readonly introspection?: IntrospectionOptions;
}

/** How an authorization server is asked about tokens. */
export interface IntrospectionOptions extends ClientCredentials {
  /** URL to ask, if the issuer's metadata does not name it. */
  readonly endpoint?: string;
  /** Which tokens: `opaque` (default) verifies JWTs with the issuer's keys; `all` also notices a revoked JWT. */
  readonly tokens?: 'all' | 'opaque';
  /**
   * Whether an answer that names no audience is accepted. Only for an issuer that tells each resource server about its own tokens
   * alone. Default false.
   */
  readonly allowMissingAudience?: boolean;
  /**
   * Maximum number of questions in flight. Sixteen times as many wait, for at most five seconds; the rest is refused with 503 and
   * `Retry-After`. Default 16.
   */
  readonly maxConcurrent?: number;
}

/**
 * Looks up the issuer of a token, for apps whose tenants have issuers of their own.
 *
 * @param issuer - the `iss` of a token, not verified yet: an attacker may have written it
 * @returns or promises the options of exactly this issuer; undefined if it is not accepted
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

/** Every member of `introspection`, as a list that cannot miss one. */
export const introspectionOptionNames = Object.keys({
  clientId: true,
  clientSecret: true,
  privateKey: true,
  endpoint: true,
  tokens: true,
  allowMissingAudience: true,
  maxConcurrent: true,
} satisfies Record<keyof IntrospectionOptions, true>);

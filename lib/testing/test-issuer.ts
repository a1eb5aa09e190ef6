import type { JSONWebKeySet } from 'jose';

/** One token. */
export interface TestTokenOptions {
  /** Scopes, separated by spaces or as an array. Default none. */
  readonly scope?: string | readonly string[];
  /** Default `user-1`. */
  readonly subject?: string;
  /** Default `client-1`. */
  readonly clientId?: string;
  /** Default: that of the issuer's options. */
  readonly audience?: string | readonly string[];
  /** Default: the issuer's own. */
  readonly issuer?: string;
  /** Seconds until the token ends; negative for one that ended. Default 300. */
  readonly expiresIn?: number;
  /** Seconds until the token begins. Default: it has no beginning. */
  readonly notBefore?: number;
  /** The `typ` header. Default `at+jwt` (RFC 9068 §2.1). */
  readonly type?: string;
  /** More claims, or others instead of those above. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An issuer for tests: real signatures, nothing to start, nothing to reach. */
export interface TestIssuer {
  /** Issuer identifier. */
  readonly issuer: string;
  /** Its public keys, for `mcpAuth({ issuers: [{ issuer, jwks }] })`. */
  readonly jwks: JSONWebKeySet;
  /** Signs an access token. */
  token(options?: TestTokenOptions): Promise<string>;
}

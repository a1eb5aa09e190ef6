/** What a verifier found out about an access token. */
export interface VerifiedToken {
  /** The `sub` claim: whom the token speaks for. */
  readonly subject?: string | undefined;
  /** The OAuth client that the token was issued to; empty when the issuer does not say. */
  readonly clientId: string;
  /** The scopes that were granted. */
  readonly scopes: readonly string[];
  /** When the token ends, in seconds since 1970; absent only when the issuer sets no end. */
  readonly expiresAt?: number | undefined;
  /** The `iss` claim: who issued the token. */
  readonly issuer?: string | undefined;
  /** Every claim of the token. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Decides whether an access token is good. The verifiers that come with express-mcp implement it; so can you, for a
 * token format of your own.
 *
 * @example
 * ```ts
 * import { InvalidTokenError, type TokenVerifier } from 'express-mcp';
 *
 * const keys = new Map([['key-1', { clientId: 'cron', scopes: ['notes:read'] }]]);
 * const verifier: TokenVerifier = {
 *   async verify(token) {
 *     const known = keys.get(token);
 *     if (known === undefined) throw new InvalidTokenError('This API key is not known');
 *     return { ...known, claims: {} };
 *   },
 * };
 * ```
 */
export interface TokenVerifier {
  /**
   * @param token - the token as it was sent, of plausible length and characters; everything else is yours to check,
   *   the audience included
   * @throws InvalidTokenError when the token is not good: 401
   * @returns or promises what is known about the token
   * @throws TemporarilyUnavailableError when that cannot be decided now: 503
   */
  verify(token: string): Promise<VerifiedToken> | VerifiedToken;
  /** Whether it could decide at this moment, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
}

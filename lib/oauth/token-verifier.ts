import type { Holding } from './verifier-holdings.js';

/** A verifier's result about a good access token. */
export interface VerifiedToken {
  /** The user, from the `sub` claim; not empty. Undefined if the token is its client's own, and then there has to be a client. */
  readonly subject?: string | undefined;
  /** The OAuth client that the token was issued to; empty when the issuer does not say. */
  readonly clientId: string;
  /** The scopes that were granted. */
  readonly scopes: readonly string[];
  /** When the token ends, in seconds since 1970; absent only if the issuer sets no end. */
  readonly expiresAt?: number | undefined;
  /** The issuer of the token, from the `iss` claim. */
  readonly issuer?: string | undefined;
  /** Every claim of the token. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The result of a custom verifier about a good token. A {@link VerifiedToken} is one, and so is an `AuthInfo` of the official SDK. */
export interface TokenVerdict extends Omit<VerifiedToken, 'claims'> {
  /** Every claim of the token. Default: `extra`, or none. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The claims, under the name that the official SDK uses. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The protected resource that the token is for; if given, it must be that of the endpoint. */
  readonly resource?: URL;
  /** Ignored. */
  readonly token?: string;
}

/**
 * Decides whether an access token is good. The verifiers of express-mcp implement it, and you can write one for your own token format.
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
   * @param token - the token as it was sent, of plausible length and characters; check everything else yourself, the audience included
   * @returns or promises the facts about the token; undefined if it is not good: 401. Any other value that is not a {@link
   *   TokenVerdict} is refused with 500. The verdict is copied, so that later changes have no effect.
   * @throws InvalidTokenError if the token is not good, with a text for the caller: 401
   * @throws TemporarilyUnavailableError if that cannot be decided now: 503
   */
  verify(token: string): Promise<TokenVerdict | undefined> | TokenVerdict | undefined;
  /**
   * Tells by the look of a token whether this verifier decides about it. If `mcpAuth` has several verifiers, the first that recognises
   * a token decides. Default: it recognises every token. Optional.
   */
  recognizes?(token: string): boolean;
  /** Checks that it could decide at this moment, for readiness probes; rejects if not. Optional. */
  check?(): Promise<void>;
}

/** The sender of a request, as Node and Express describe it; its members are read only when needed. */
export interface Sender {
  /** Express: the address by `trust proxy`. */
  readonly ip?: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A verifier that only returns valid verdicts: one of ours, or one whose verdicts were checked. */
export interface TrustedVerifier extends TokenVerifier, Holding {
  /** The issuers whose JWTs it recognises, for operators; undefined if it does not go by them. */
  readonly issuers?: readonly string[];
  /** @param sender - who sent the token, so that one sender cannot take the turns of others */
  verify(token: string, sender?: Sender): Promise<VerifiedToken> | VerifiedToken;
}

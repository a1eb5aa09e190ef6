import type { Holding } from './verifier-holdings.js';

/** What a verifier found out about an access token. */
export interface VerifiedToken {
  /**
   * The `sub` claim: whom the token speaks for; not empty. Undefined when the token is its client's own, and then there has to be a
   * client.
   */
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
 * What a verifier of your own returns about a token that is good. A {@link VerifiedToken} is one, and so is an `AuthInfo` of the
 * official SDK.
 */
export interface TokenVerdict extends Omit<VerifiedToken, 'claims'> {
  /** Every claim of the token. Default: `extra`, or none. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The claims, under the name that the official SDK uses. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The protected resource that the token is for; must be that of the endpoint when it is given. */
  readonly resource?: URL;
  /** Not looked at. */
  readonly token?: string;
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
   * @returns or promises what is known about the token; undefined when it is not good: 401. Everything else is checked, and
   *   refused with 500 when it is no {@link TokenVerdict}. It is copied, so that later changes do not matter.
   * @throws InvalidTokenError when the token is not good, with a text for the caller: 401
   * @throws TemporarilyUnavailableError when that cannot be decided now: 503
   */
  verify(token: string): Promise<TokenVerdict | undefined> | TokenVerdict | undefined;
  /**
   * Whether a token is of the kind that this verifier decides about, by its looks. Where `mcpAuth` has several verifiers, the first
   * that recognises a token decides. Default: every token is. Optional.
   */
  recognizes?(token: string): boolean;
  /** Whether it could decide at this moment, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
}

/** Who sends a request, as Node and Express have it; nothing is read of it unless it is needed. */
export interface Sender {
  /** Express: the address by `trust proxy`. */
  readonly ip?: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** A verifier that returns verdicts and nothing else: one of ours, or one whose verdicts were checked. */
export interface TrustedVerifier extends TokenVerifier, Holding {
  /** @param sender - who sent the token, so that nobody takes the turns of others */
  verify(token: string, sender?: Sender): Promise<VerifiedToken> | VerifiedToken;
}

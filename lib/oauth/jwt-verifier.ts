import type { JWTPayload, JWTVerifyOptions, JWTVerifyResult } from 'jose';
import * as errors from 'jose/errors';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import type { AccessTokenMark } from './access-token-kind.js';
import { rejectForeignTokenKinds } from './access-token-kind.js';
import type { VersionedVerifier } from './caching-verifier.js';
import type { ReadClaims } from './claim-mapping.js';
import { ClaimMismatchError } from './claim-mismatch-error.js';
import { loadVerifying } from './jose.js';
import type { KeySource } from './key-source.js';
import { assertAudience, assertIssuer, assertTimes } from './registered-claims.js';
import type { VerifiedToken } from './token-verifier.js';
import type { VerifierHoldings } from './verifier-holdings.js';

/** How the JWT access tokens of one issuer are checked. */
export interface JwtVerifierOptions {
  /** Exact value of `iss`. */
  readonly issuer: string;
  /** Accepted values of `aud`; one of them must be there. */
  readonly audiences: readonly string[];
  /** Accepted values of `alg`. */
  readonly algorithms: readonly string[];
  /** How far the clocks of issuer and resource may differ, in seconds. */
  readonly clockToleranceSeconds: number;
  readonly keys: KeySource;
  readonly readClaims: ReadClaims;
  /** How the issuer marks its access tokens, if it does not follow RFC 9068. */
  readonly accessTokenMark?: AccessTokenMark | undefined;
  /** The scopes that the issuer's metadata lists, once they are known. */
  readonly offeredScopes?: (() => readonly string[] | undefined) | undefined;
}

// More keys than any issuer uses at once. A token that does not name its key costs a verification for each.
const maxCandidates = 16;

/**
 * Verifies JWT access tokens by RFC 9068 §4: signature by a key of the issuer, `iss`, `aud`, `exp`, `nbf`, and the type. Other kinds of
 * tokens are refused.
 */
export class JwtVerifier implements VersionedVerifier {
  readonly #options: JwtVerifierOptions;
  readonly #checks: JWTVerifyOptions;

  constructor(options: JwtVerifierOptions) {
    const { issuer, audiences, algorithms, clockToleranceSeconds } = options;
    this.#options = options;
    this.#checks = {
      issuer,
      audience: [...audiences],
      // RFC 8725 §3.1: the server chooses the algorithm, never the token.
      algorithms: [...algorithms],
      clockTolerance: clockToleranceSeconds,
      // RFC 9068 §2.2 requires an end; a stolen token without one would be good forever.
      requiredClaims: ['exp'],
    };
  }

  get version(): number {
    return this.#options.keys.version;
  }

  holdings(): VerifierHoldings {
    const { ageSeconds } = this.#options.keys;
    const keyAgeSeconds = ageSeconds === undefined ? {} : { [this.#options.issuer]: ageSeconds };
    return { tokens: 0, keyAgeSeconds, offeredScopes: this.#options.offeredScopes?.() };
  }

  check(): Promise<void> {
    return this.#options.keys.check();
  }

  async verify(token: string): Promise<VerifiedToken> {
    const { payload, protectedHeader } = await this.#verifySignature(token);
    rejectForeignTokenKinds(protectedHeader, payload, this.#options.accessTokenMark);
    const mapped = await this.#options.readClaims(payload);
    return { ...mapped, expiresAt: payload.exp, issuer: payload.iss, claims: payload };
  }

  async #verifySignature(token: string): Promise<JWTVerifyResult> {
    const { jwtVerify } = await loadVerifying();
    try {
      return await jwtVerify(token, (header, jws) => this.#options.keys.find(header, jws), this.#checks);
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return this.#tryEachKey(token, error);
      return this.#takeNull(token, error);
    }
  }

  /** A token without `kid` may fit several keys of the set; it is good when one of them verifies it. */
  async #tryEachKey(token: string, candidates: errors.JWKSMultipleMatchingKeys): Promise<JWTVerifyResult> {
    const { jwtVerify } = await loadVerifying();
    let tried = 0;
    for await (const key of candidates) {
      if (tried === maxCandidates) break;
      tried += 1;
      try {
        return await jwtVerify(token, key, this.#checks);
      } catch (error) {
        // Claims are checked after the signature verified. Any other error is about this key, and the next may fit.
        if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
          return await this.#takeNull(token, error);
        }
      }
    }
    throw new InvalidTokenError('The signature of the access token does not verify');
  }

  /**
   * Verifies a token whose `exp` or `nbf` is null, which counts as absent. jose refuses it after the signature verified, and stops
   * there; so all registered claims are checked here.
   *
   * @throws InvalidTokenError or TemporarilyUnavailableError for every other error
   */
  async #takeNull(token: string, error: unknown): Promise<JWTVerifyResult> {
    const payload = payloadWithNull(error);
    if (payload === undefined) throw explain(error, this.#options);
    assertIssuer({ ...payload, iss: payload.iss ?? '' }, this.#options);
    assertAudience(payload, this.#options);
    if (assertTimes(payload, this.#options) === undefined) throw new InvalidTokenError(explainClaim('exp', 'missing'));
    const { decodeProtectedHeader } = await loadVerifying();
    return { payload, protectedHeader: decodeProtectedHeader(token) as JWTVerifyResult['protectedHeader'] };
  }
}

function payloadWithNull(error: unknown): JWTPayload | undefined {
  if (!(error instanceof errors.JWTClaimValidationFailed)) return undefined;
  const { claim, payload } = error;
  return (claim === 'nbf' || claim === 'iat') && (payload[claim] as unknown) === null ? payload : undefined;
}

/** Tells whether a token is bad (401), or whether that could not be decided (503). */
function explain(error: unknown, options: JwtVerifierOptions): Error {
  if (error instanceof TemporarilyUnavailableError) return error;
  return new InvalidTokenError(explainToCaller(error), { cause: explainToOperator(error, options) });
}

function explainToCaller(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The access token expired';
  if (error instanceof errors.JWTClaimValidationFailed) return explainClaim(error.claim, error.reason);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return 'The access token is signed with an algorithm that is not accepted';
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return 'The access token is signed with a key that its issuer does not have';
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return 'The signature of the access token does not verify';
  }
  if (isAboutTheToken(error)) return 'The access token is malformed';
  // The remaining errors are about the key: it cannot be imported, or does not fit the algorithm. Retrying would not help.
  return 'The access token is signed with a key that cannot be used';
}

/** A wrong audience or issuer usually differs by a slash, a port or a letter; only both values show it. */
function explainToOperator(error: unknown, { issuer, audiences }: JwtVerifierOptions): unknown {
  if (!(error instanceof errors.JWTClaimValidationFailed)) return error;
  const { claim, payload } = error;
  if (claim === 'aud') return new ClaimMismatchError(claim, payload.aud, audiences, { cause: error });
  return claim === 'iss' ? new ClaimMismatchError(claim, payload.iss, [issuer], { cause: error }) : error;
}

function explainClaim(claim: string, reason: string): string {
  if (reason === 'missing') return `The access token has no ${claim} claim`;
  if (claim === 'iss') return 'The access token is from an issuer that is not accepted here';
  if (claim === 'aud') return 'The access token is meant for another resource';
  if (claim === 'nbf' && reason === 'check_failed') return 'The access token is not valid yet';
  return `The ${claim} claim of the access token is not valid`;
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid || error instanceof errors.JOSENotSupported
  );
}

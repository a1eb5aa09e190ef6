import type { JWTVerifyOptions, JWTVerifyResult } from 'jose';
import * as errors from 'jose/errors';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import { rejectForeignTokenKinds } from './access-token-kind.js';
import type { VersionedVerifier } from './caching-verifier.js';
import type { ReadClaims } from './claim-mapping.js';
import { loadVerifying } from './jose.js';
import type { KeySource } from './key-source.js';
import type { VerifiedToken } from './token-verifier.js';

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
}

const retryAfterSeconds = 5;

/**
 * Verifies JWT access tokens as RFC 9068 §4 tells: signature by a key of the issuer, `iss`, `aud`, `exp`, `nbf`, and that
 * the token is an access token at all.
 */
export class JwtVerifier implements VersionedVerifier {
  readonly #keys: KeySource;
  readonly #readClaims: ReadClaims;
  readonly #checks: JWTVerifyOptions;

  constructor({ issuer, audiences, algorithms, clockToleranceSeconds, keys, readClaims }: JwtVerifierOptions) {
    this.#keys = keys;
    this.#readClaims = readClaims;
    this.#checks = {
      issuer,
      audience: [...audiences],
      // RFC 8725 §3.1: the algorithm is ours to choose, never the token's.
      algorithms: [...algorithms],
      clockTolerance: clockToleranceSeconds,
      // RFC 9068 §2.2 requires an end; a token without one could never be lost safely.
      requiredClaims: ['exp'],
    };
  }

  get version(): number {
    return this.#keys.version;
  }

  check(): Promise<void> {
    return this.#keys.check();
  }

  async verify(token: string): Promise<VerifiedToken> {
    const { payload, protectedHeader } = await this.#verifySignature(token);
    rejectForeignTokenKinds(protectedHeader, payload);
    return { ...this.#readClaims(payload), expiresAt: payload.exp, issuer: payload.iss, claims: payload };
  }

  async #verifySignature(token: string): Promise<JWTVerifyResult> {
    const { jwtVerify } = await loadVerifying();
    try {
      return await jwtVerify(token, (header, jws) => this.#keys.find(header, jws), this.#checks);
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return this.#tryEachKey(token, error);
      throw explain(error);
    }
  }

  /** A token without `kid` may fit several keys of the set; it is good when one of them verifies it. */
  async #tryEachKey(token: string, candidates: errors.JWKSMultipleMatchingKeys): Promise<JWTVerifyResult> {
    const { jwtVerify } = await loadVerifying();
    for await (const key of candidates) {
      try {
        return await jwtVerify(token, key, this.#checks);
      } catch (error) {
        // Claims are looked at after the signature verified; anything else is about this key, and the next may fit.
        if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
          throw explain(error);
        }
      }
    }
    throw new InvalidTokenError('The signature of the access token does not verify');
  }
}

/** Whether a token is bad (401), or whether that could not be found out (503). */
function explain(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new InvalidTokenError('The access token expired', { cause: error });
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new InvalidTokenError(explainClaim(error.claim, error.reason), { cause: error });
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new InvalidTokenError('The access token is signed with an algorithm that is not accepted', { cause: error });
  }
  if (error instanceof errors.JWKSNoMatchingKey) {
    return new InvalidTokenError('The access token is signed with a key that its issuer does not have', {
      cause: error,
    });
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new InvalidTokenError('The signature of the access token does not verify', { cause: error });
  }
  if (isAboutTheToken(error)) return new InvalidTokenError('The access token is malformed', { cause: error });
  // What is left is about keys and servers: nobody can say whether the token is good, so it is not called bad.
  return new TemporarilyUnavailableError(retryAfterSeconds, { cause: error });
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

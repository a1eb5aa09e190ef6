import type { JWK, JWTVerifyResult } from 'jose';
import { InvalidDpopProofError } from '../errors/invalid-dpop-proof-error.js';
import { loadVerifying } from './jose.js';
import { hashToken } from './token-hash.js';

/** The values that a proof has to match. */
export interface ProofExpectations {
  /** Method of the request. */
  readonly method: string;
  /** Public URL that the request is for. */
  readonly url: URL;
  /** The access token that comes with it. */
  readonly token: string;
  /** Accepted values of `alg`. */
  readonly algorithms: readonly string[];
  /** How far the clocks of client and server may differ, in seconds. */
  readonly clockToleranceSeconds: number;
}

/** A proof that is valid for a request, as far as the proof itself shows. */
export interface DpopProof {
  /** Thumbprint of the key that signed it (RFC 7638). */
  readonly thumbprint: string;
  readonly id: string;
  readonly nonce: string | undefined;
}

/** Maximum age of a proof, in seconds. */
export const proofSeconds = 60;

const maxProofLength = 8192;
const maxIdLength = 256;

/**
 * Checks a DPoP proof by RFC 9449 §4.3, as far as one request can show. The caller checks that its nonce is good and that it was not
 * used before (steps 8 and 12, and §11.1 about `jti`).
 *
 * @param proof - value of the `DPoP` header field
 * @throws InvalidDpopProofError
 */
export async function verifyDpopProof(proof: string, expected: ProofExpectations): Promise<DpopProof> {
  if (proof.length > maxProofLength) throw new InvalidDpopProofError('The DPoP proof is too long');
  const { payload, protectedHeader } = await verifySignature(proof, expected);
  const { htm, htu, iat, jti, ath, nonce } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > maxIdLength) refuse('jti');
  if (htm !== expected.method) refuse('htm');
  if (!isSameUrl(htu, expected.url)) refuse('htu');
  if (!isRecent(iat, expected.clockToleranceSeconds)) refuse('iat');
  // RFC 9449 §4.3 step 12: at a protected resource the proof belongs to this very token.
  if (ath !== hashToken(expected.token)) refuse('ath');
  if (nonce !== undefined && typeof nonce !== 'string') refuse('nonce');
  const { calculateJwkThumbprint } = await loadVerifying();
  // EmbeddedJWK has made sure that the key is there.
  return { thumbprint: await calculateJwkThumbprint(protectedHeader.jwk as JWK), id: jti, nonce };
}

async function verifySignature(proof: string, { algorithms }: ProofExpectations): Promise<JWTVerifyResult> {
  const { EmbeddedJWK, jwtVerify } = await loadVerifying();
  try {
    // EmbeddedJWK only accepts a public key (step 7 of §4.3).
    return await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: [...algorithms] });
  } catch (cause) {
    throw new InvalidDpopProofError('The DPoP proof is malformed, or its signature does not verify', { cause });
  }
}

/** Steps 9 and 10 of §4.3: compared without query and fragment, after normalisation (RFC 3986 §6.2.2 and §6.2.3). */
function isSameUrl(htu: unknown, url: URL): boolean {
  if (typeof htu !== 'string' || !URL.canParse(htu)) return false;
  const { origin, pathname, username, password } = new URL(htu);
  return origin === url.origin && pathname === url.pathname && username === '' && password === '';
}

/** A proof without a time is not recent. */
function isRecent(iat = NaN, tolerance: number): boolean {
  const age = Date.now() / 1000 - iat;
  return age <= proofSeconds + tolerance && age >= -tolerance - 1;
}

function refuse(claim: string): never {
  throw new InvalidDpopProofError(`The ${claim} claim of the DPoP proof is not right for this request`);
}

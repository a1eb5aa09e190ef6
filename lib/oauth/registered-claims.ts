import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { Claims } from './claim-mapping.js';
import { ClaimMismatchError } from './claim-mismatch-error.js';

/** Rules for the registered claims of a token (RFC 7519 §4.1). A claim that is null counts as absent. */
export interface ClaimRules {
  /** Exact value of `iss`. */
  readonly issuer: string;
  /** Accepted values of `aud`; one of them must be there. */
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
}

/**
 * Checks `iss`, if it is there.
 *
 * @throws InvalidTokenError for another issuer
 */
export function assertIssuer({ iss }: Claims, { issuer }: Pick<ClaimRules, 'issuer'>): void {
  if (!isThere(iss) || iss === issuer) return;
  const cause = new ClaimMismatchError('iss', iss, [issuer]);
  throw new InvalidTokenError('The access token is from an issuer that is not accepted here', { cause });
}

/**
 * Checks `aud`.
 *
 * @throws InvalidTokenError if the token is for another resource, or for none
 */
export function assertAudience({ aud }: Claims, { audiences }: Pick<ClaimRules, 'audiences'>): void {
  if ([aud].flat().some((each) => audiences.includes(each as string))) return;
  const cause = new ClaimMismatchError('aud', aud, audiences);
  throw new InvalidTokenError('The access token is meant for another resource', { cause });
}

/**
 * Checks `exp` and `nbf`, if they are there.
 *
 * @returns when the token ends, in seconds since 1970
 * @throws InvalidTokenError before `nbf` and after `exp`
 */
export function assertTimes(
  { exp, nbf }: Claims,
  { clockToleranceSeconds }: Pick<ClaimRules, 'clockToleranceSeconds'>,
): number | undefined {
  const now = Date.now() / 1000;
  const ends = timeOf(exp, 'exp');
  if ((ends ?? Infinity) + clockToleranceSeconds <= now) throw new InvalidTokenError('The access token expired');
  if ((timeOf(nbf, 'nbf') ?? 0) - clockToleranceSeconds > now) {
    throw new InvalidTokenError('The access token is not valid yet');
  }
  return ends;
}

function timeOf(value: unknown, claim: string): number | undefined {
  if (!isThere(value)) return undefined;
  if (Number.isFinite(value)) return value as number;
  throw new InvalidTokenError(`The ${claim} claim of the access token is not valid`);
}

/** Whether a claim is present: some servers write null for values they do not have. */
export function isThere(claim: unknown): boolean {
  return claim !== undefined && claim !== null;
}

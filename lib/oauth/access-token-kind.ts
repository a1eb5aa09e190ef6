import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { isThere } from './registered-claims.js';

/**
 * The mark that distinguishes an issuer's access tokens from its other tokens. It is the `typ` of the header, or a claim and its value
 * (one of several, if the claim is an array).
 */
export type AccessTokenMark =
  { readonly typ: string } | { readonly claim: string; readonly value: boolean | number | string };

// RFC 9068 §2.1: at+jwt, with or without "application/". "JWT" and no typ at all are what issuers older than it write.
const acceptedTypes: ReadonlySet<unknown> = new Set(['at+jwt', 'jwt']);

const idTokenHashes = ['at_hash', 'c_hash', 's_hash'];

/**
 * Checks that a JWT is an access token and not another token of the same issuer. Others are ID tokens, refresh tokens, logout tokens
 * and DPoP proofs (RFC 9068 §4, RFC 8725 §3.11 and §3.12).
 *
 * @param header - protected header of a token whose signature was verified
 * @param claims - its claims
 * @param mark - the issuer's mark of access tokens; with one, other signs are ignored
 * @throws InvalidTokenError for a token of another kind
 */
export function rejectForeignTokenKinds(header: JWTHeaderParameters, claims: JWTPayload, mark?: AccessTokenMark): void {
  if (mark !== undefined) {
    if (!hasMark(header, claims, mark)) reject();
    return;
  }
  const type = typeOf(header);
  if (type !== undefined && !acceptedTypes.has(type)) reject();
  // With the type of RFC 9068 the issuer says itself what the token is.
  if (type === 'at+jwt') return;
  if (isIdToken(claims) || isRefreshToken(claims) || isThere(claims['events'])) reject();
}

function hasMark(header: JWTHeaderParameters, claims: JWTPayload, mark: AccessTokenMark): boolean {
  if ('typ' in mark) return typeOf(header) === shortType(mark.typ);
  const found: unknown = Object.hasOwn(claims, mark.claim) ? claims[mark.claim] : undefined;
  return Array.isArray(found) ? found.includes(mark.value) : found === mark.value;
}

function typeOf({ typ }: { readonly typ?: unknown }): unknown {
  return typeof typ === 'string' ? shortType(typ) : typ;
}

/** RFC 7515 §4.1.9: "application/" is left out, and the case of media types does not matter. */
function shortType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}

function isIdToken(claims: JWTPayload): boolean {
  // Amazon Cognito names the kind in `token_use`, Keycloak in a claim called `typ`.
  if (claims['token_use'] === 'id' || claims['typ'] === 'ID') return true;
  if (idTokenHashes.some((hash) => isThere(claims[hash]))) return true;
  // OpenID Connect Core 1.0 §2: a nonce belongs to an ID token. Keycloak before 24 copied it into access tokens.
  return isThere(claims['nonce']) && claims['typ'] !== 'Bearer';
}

function isRefreshToken(claims: JWTPayload): boolean {
  return claims['typ'] === 'Refresh' || claims['typ'] === 'Offline';
}

function reject(): never {
  throw new InvalidTokenError('The token is not an access token');
}

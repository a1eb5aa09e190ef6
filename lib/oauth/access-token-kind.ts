import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { InvalidTokenError } from '../errors/invalid-token-error.js';

// RFC 9068 §2.1: at+jwt, with or without "application/". "JWT" and no typ at all are what issuers older than it write.
const acceptedTypes: ReadonlySet<unknown> = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt']);

const idTokenHashes = ['at_hash', 'c_hash', 's_hash'];

/**
 * Makes sure that a JWT is an access token and not another token of the same issuer: an ID token, a refresh token, a
 * logout token, a DPoP proof (RFC 9068 §4, RFC 8725 §3.11 and §3.12).
 *
 * @param header - protected header of a token whose signature was verified
 * @param claims - its claims
 * @throws InvalidTokenError when the token is of another kind
 */
export function rejectForeignTokenKinds(header: JWTHeaderParameters, claims: JWTPayload): void {
  const { typ } = header as { readonly typ?: unknown };
  const type = typeof typ === 'string' ? typ.toLowerCase() : typ;
  if (type !== undefined && !acceptedTypes.has(type)) reject();
  // With the type of RFC 9068 the issuer says itself what the token is.
  if (type === 'at+jwt' || type === 'application/at+jwt') return;
  if (isIdToken(claims) || isRefreshToken(claims) || 'events' in claims) reject();
}

function isIdToken(claims: JWTPayload): boolean {
  // Amazon Cognito names the kind in `token_use`, Keycloak in a claim called `typ`.
  if (claims['token_use'] === 'id' || claims['typ'] === 'ID') return true;
  if (idTokenHashes.some((hash) => hash in claims)) return true;
  // OpenID Connect Core 1.0 §2: a nonce belongs to an ID token. Keycloak before 24 copied it into access tokens.
  return 'nonce' in claims && claims['typ'] !== 'Bearer';
}

function isRefreshToken(claims: JWTPayload): boolean {
  return claims['typ'] === 'Refresh' || claims['typ'] === 'Offline';
}

function reject(): never {
  throw new InvalidTokenError('The token is not an access token');
}

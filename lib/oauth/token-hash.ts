import { hash } from 'node:crypto';

/**
 * A text that stands for a token and tells nothing about it: what caches know tokens by, and what a DPoP proof has as `ath`
 * (RFC 9449 §4.2: the base64url-encoded SHA-256 hash).
 *
 * @param token - the access token
 */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url');
}

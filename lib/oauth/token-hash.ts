import { nodeCrypto } from '../builtins/node-crypto.js';

/**
 * Hash of a token, which reveals nothing about it. Caches use it as a key, and DPoP proofs have it as `ath` (RFC 9449 §4.2: the
 * base64url-encoded SHA-256 hash).
 *
 * @param token - the access token
 */
export function hashToken(token: string): string {
  return nodeCrypto().hash('sha256', token, 'base64url');
}

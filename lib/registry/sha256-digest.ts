import { nodeCrypto } from '../builtins/node-crypto.js';

/**
 * The digest by which a client checks what it read, as `sha256:` and 64 lower-case hexadecimal digits (Skills
 * `#integrity-and-verification`).
 *
 * @param bytes - the contents
 */
export function sha256Digest(bytes: Uint8Array): string {
  return `sha256:${nodeCrypto().createHash('sha256').update(bytes).digest('hex')}`;
}

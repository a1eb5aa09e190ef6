import { invalidOption } from '../../errors/invalid-option.js';
import { asymmetricAlgorithms } from '../../oauth/algorithms.js';
import type { KeySet } from '../../oauth/key-set.js';
import { secretOf } from '../../oauth/key-set.js';
import type { IssuerOptions } from './issuer-options.js';

// RFC 7518 §3.2: a key of the same size as the hash output or larger MUST be used.
const secretBytes: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/**
 * Checks the accepted algorithms against the keys that are given.
 *
 * @throws ConfigurationError `invalid_option`
 */
export function resolveAlgorithms({ algorithms, jwks }: IssuerOptions): readonly string[] {
  // Malformed key sets are refused where the keys are read.
  const secrets = Array.isArray(jwks?.keys)
    ? jwks.keys.filter((key: { kty?: unknown } | null) => key?.kty === 'oct')
    : [];
  if (algorithms === undefined) {
    if (secrets.length === 0) return asymmetricAlgorithms;
    throw invalidOption(
      'mcpAuth',
      'jwks has a shared secret (kty "oct"). Say that it may be used: algorithms: ["HS256"]',
    );
  }
  const isUsable = algorithms instanceof Array && algorithms.length > 0;
  const unusable = isUsable ? algorithms.find((algorithm) => !isAllowed(algorithm, jwks !== undefined)) : 'none at all';
  if (unusable !== undefined) {
    throw invalidOption(
      'mcpAuth',
      `algorithms must be some of ${asymmetricAlgorithms.join(', ')}; ${JSON.stringify(unusable)} is not. ` +
        'HS256, HS384 and HS512 are possible with a key set given as jwks only',
    );
  }
  assertSecrets(algorithms, secrets);
  return [...algorithms];
}

function isAllowed(algorithm: string, isKeySetGiven: boolean): boolean {
  return asymmetricAlgorithms.includes(algorithm) || (isKeySetGiven && Object.hasOwn(secretBytes, algorithm));
}

/** Each of these algorithms needs a secret that is long enough, and each secret is for one of them. */
function assertSecrets(algorithms: readonly string[], secrets: KeySet['keys']): void {
  const symmetric = algorithms.filter((algorithm) => Object.hasOwn(secretBytes, algorithm));
  if (secrets.length > 0 && symmetric.length === 0) {
    throw invalidOption(
      'mcpAuth',
      'jwks has a shared secret (kty "oct"), and algorithms has none for it, such as "HS256"',
    );
  }
  for (const algorithm of symmetric) {
    const fitting = secrets.filter(({ alg }) => alg === undefined || alg === algorithm);
    if (fitting.length === 0) throw invalidOption('mcpAuth', `${algorithm} needs a key with kty "oct" in jwks`);
    const bytes = secretBytes[algorithm] ?? 0;
    if (fitting.every((secret) => secretOf(secret).length >= bytes)) continue;
    throw invalidOption(
      'mcpAuth',
      `the secret for ${algorithm} must have ${bytes} bytes or more, written as base64url in its member k`,
    );
  }
}

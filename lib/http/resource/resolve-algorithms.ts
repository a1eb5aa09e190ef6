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
  assertKeys(algorithms, jwks);
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

/** Members of a key that decide which algorithms it fits (RFC 7518 §3.1, RFC 8037 §3.1). */
const keyOf: Readonly<Record<string, { readonly kty: string; readonly crv?: readonly string[] }>> = {
  ES256: { kty: 'EC', crv: ['P-256'] },
  ES384: { kty: 'EC', crv: ['P-384'] },
  ES512: { kty: 'EC', crv: ['P-521'] },
  EdDSA: { kty: 'OKP', crv: ['Ed25519'] },
  Ed25519: { kty: 'OKP', crv: ['Ed25519'] },
};

/** If no given key fits any of the algorithms, every token would be refused. Other malformed sets are refused where they are read. */
function assertKeys(algorithms: readonly string[], jwks: KeySet | undefined): void {
  const keys: unknown = jwks?.keys;
  if (!Array.isArray(keys) || keys.length === 0) return;
  const isUseful = algorithms.some((algorithm) =>
    keys.some((key) => fits(key as Partial<KeySet['keys'][number]> | null, algorithm)),
  );
  if (isUseful) return;
  const kinds = keys.map(
    (key: Partial<KeySet['keys'][number]> | null) => key?.alg ?? key?.crv ?? key?.kty ?? 'unknown',
  );
  throw invalidOption(
    'mcpAuth',
    `algorithms is ${algorithms.join(', ')}, and jwks has keys for others only (${[...new Set(kinds)].join(', ')}). ` +
      'Name the algorithm that the issuer signs with, or leave algorithms out',
  );
}

function fits(key: Partial<KeySet['keys'][number]> | null, algorithm: string): boolean {
  if (typeof key?.alg === 'string' && key.alg !== algorithm && !isEdwards(key.alg, algorithm)) return false;
  if (Object.hasOwn(secretBytes, algorithm)) return key?.kty === 'oct';
  const { kty, crv } = keyOf[algorithm] ?? { kty: 'RSA' };
  return key?.kty === kty && (crv === undefined || crv.includes(String(key.crv)));
}

/** RFC 9864: `EdDSA` with an Ed25519 key and `Ed25519` are one. */
function isEdwards(one: string, other: string): boolean {
  return [one, other].every((name) => name === 'EdDSA' || name === 'Ed25519');
}

import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWK, JWSHeaderParameters } from 'jose';
import * as errors from 'jose/errors';
import { loadVerifying } from './jose.js';

/** A JSON Web Key Set (RFC 7517 §5). */
export type KeySet = JSONWebKeySet;

/** A key that signatures are verified with: a public one, or the bytes of a shared secret. */
export type VerificationKey = CryptoKey | Uint8Array;

/** Finds the key that a token claims to be signed with. */
export type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<VerificationKey>;

/** A key set, sorted by the use of its keys. */
export interface SortedKeys {
  readonly asymmetric: readonly JWK[];
  /** Shared secrets (`kty` is `oct`). */
  readonly symmetric: readonly JWK[];
  /** For each key that is meant for signatures and cannot verify any, the reason. */
  readonly unusable: readonly string[];
}

const minRsaBits = 2048;

/**
 * Sorts the keys of a set. Entries that are no keys, and keys for encryption, are left out: sets may have them (RFC 7517 §5).
 *
 * @param keys - the `keys` member of a key set
 */
export function sortKeys(keys: readonly unknown[]): SortedKeys {
  const asymmetric: JWK[] = [];
  const symmetric: JWK[] = [];
  const unusable: string[] = [];
  for (const [index, entry] of keys.entries()) {
    const key = withoutNulls(entry);
    if (typeof key['kty'] !== 'string' || key['use'] === 'enc') continue;
    const reason = reasonAgainst(key);
    if (reason !== undefined) unusable.push(`${nameOf(key, index)} ${reason}`);
    else (key['kty'] === 'oct' ? symmetric : asymmetric).push(forVerifying(key));
  }
  return { asymmetric, symmetric, unusable };
}

/** Some sets have null for an absent member. */
function withoutNulls(entry: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entry ?? {}).filter(([, value]) => value !== null));
}

function nameOf({ kid }: Readonly<Record<string, unknown>>, index: number): string {
  return typeof kid === 'string' ? `the key ${JSON.stringify(kid.slice(0, 100))}` : `key ${index + 1}`;
}

function reasonAgainst({ kty, use, key_ops: operations, n, d }: Readonly<Record<string, unknown>>): string | undefined {
  // A published private key can be used by any reader of the set, so its signatures prove nothing.
  if (kty !== 'oct' && d !== undefined) return 'is a private key';
  if (use !== undefined && use !== 'sig') return `has the use ${JSON.stringify(use)} instead of "sig"`;
  // RFC 7517 §4.3
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return 'does not have "verify" in key_ops';
  }
  // RFC 7518 §3.3 and §3.5: a key of size 2048 bits or larger MUST be used.
  if (kty === 'RSA' && typeof n === 'string' && bitsOf(n) < minRsaBits) return `has fewer than ${minRsaBits} bits`;
  return undefined;
}

function bitsOf(base64url: string): number {
  const hex = Buffer.from(base64url, 'base64url').toString('hex').replace(/^0+/, '');
  // The first digit counts without its leading zero bits.
  return hex.length * 4 + 28 - Math.clz32(Number.parseInt(hex.slice(0, 1) || '0', 16));
}

/** Removes members that concern signing: `["sign", "verify"]` would make the import of a public key fail. */
function forVerifying({ key_ops: _operations, ext: _extractable, ...key }: Readonly<Record<string, unknown>>): JWK {
  return key;
}

/**
 * Looks keys up in a sorted set.
 *
 * @param keys - the set
 * @returns a function that throws `JWKSNoMatchingKey` if no key fits, with the reasons against unusable ones as its cause, and
 *   `JWKSMultipleMatchingKeys` if several do
 */
export function keyFinder({ asymmetric, symmetric, unusable }: SortedKeys): FindKey {
  let find: FindKey | undefined;
  return async (header, token) => {
    try {
      if (header.alg?.startsWith('HS') === true) return findSecret(symmetric, header);
      const { createLocalJWKSet } = await loadVerifying();
      find ??= createLocalJWKSet({ keys: [...asymmetric] });
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || unusable.length === 0) throw error;
      throw new errors.JWKSNoMatchingKey(undefined, { cause: unusableKeys(unusable) });
    }
  };
}

/** The reasons against the keys of a set, for operators. It is the `cause` of an error, or the cause of that. */
export class UnusableKeysError extends Error {
  override get name(): string {
    return 'UnusableKeysError';
  }
}

/** The reasons against the keys of a set, as an error. */
export function unusableKeys(unusable: readonly string[]): UnusableKeysError {
  return new UnusableKeysError(`Keys of the set cannot be used: ${unusable.join('; ')}`);
}

function findSecret(symmetric: readonly JWK[], { alg, kid }: JWSHeaderParameters): Uint8Array {
  const fitting = symmetric.filter(
    (key) => (kid === undefined || key.kid === kid) && (key.alg === undefined || key.alg === alg),
  );
  const [only, another] = fitting.map(secretOf);
  if (only === undefined) throw new errors.JWKSNoMatchingKey();
  if (another === undefined) return only;
  throw Object.assign(new errors.JWKSMultipleMatchingKeys(), { [Symbol.asyncIterator]: () => oneByOne(fitting) });
}

/** Offers several keys in the way that jose does. */
async function* oneByOne(keys: readonly JWK[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const key of keys) yield await Promise.resolve(secretOf(key));
}

/**
 * The bytes of a shared secret.
 *
 * @param key - a key whose `kty` is `oct`
 */
export function secretOf({ k }: JWK): Uint8Array {
  return new Uint8Array(Buffer.from(typeof k === 'string' ? k : '', 'base64url'));
}

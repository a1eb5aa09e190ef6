import type { FlattenedJWSInput, JWSHeaderParameters } from 'jose';
import * as errors from 'jose/errors';
import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import { fetchBounded, metadataLimits } from './fetch-bounded.js';
import type { FindKey, KeySet, SortedKeys, VerificationKey } from './key-set.js';
import { keyFinder, sortKeys, unusableKeys } from './key-set.js';
import type { Freshness } from './refreshed.js';
import { Refreshed } from './refreshed.js';

/** Where the keys come from that tokens are signed with. */
export interface KeySource {
  /**
   * Finds the key that a token claims to be signed with.
   *
   * @throws TemporarilyUnavailableError when the keys cannot be had now
   * @throws anything else when there is no such key, or it cannot be used
   */
  find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<VerificationKey>;
  /** Fetches the keys when that was not done yet. @throws anything when there are none, or they are too old to be used */
  check(): Promise<void>;
  /** Another value whenever the key set became another; what was verified with an older one has to be verified again. */
  readonly version: number;
  /** Seconds since they were fetched; undefined when they were given, or not fetched yet. */
  readonly ageSeconds: number | undefined;
}

/**
 * Keys that are given.
 *
 * @param jwks - the issuer's keys; changing them afterwards changes nothing
 * @throws TypeError for what is no key set, or has no key that can be used
 */
export function givenKeys(jwks: KeySet): KeySource {
  const { keys } = jwks as { readonly keys?: unknown };
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'object' && key !== null)) {
    throw new TypeError('keys must be an array of objects');
  }
  const sorted = sortKeys(structuredClone(keys));
  if (countOf(sorted) === 0 && sorted.unusable.length > 0) throw new TypeError(sorted.unusable.join('; '));
  return { find: keyFinder(sorted), check: () => Promise.resolve(), version: 0, ageSeconds: undefined };
}

function countOf({ asymmetric, symmetric }: SortedKeys): number {
  return asymmetric.length + symmetric.length;
}

/**
 * Keys at a known place.
 *
 * @param jwksUri - URL of the key set
 */
export function remoteKeys(jwksUri: string): KeySource {
  return new FetchedKeys(() => Promise.resolve(jwksUri));
}

/**
 * Keys at the place that the issuer's metadata names.
 *
 * @param jwksUri - that place, as it is found
 */
export function discoveredKeys(jwksUri: Refreshed<string>): KeySource {
  return new FetchedKeys(() => jwksUri.get());
}

// A key that the issuer revoked is refused within ten minutes. A token with a new key makes us fetch the set at once, but at most once
// in five seconds. Otherwise tokens with invented keys could turn us against the issuer.
const keyFreshness: Freshness = {
  refreshAfterMs: 5 * 60_000,
  waitAfterMs: 10 * 60_000,
  usableForMs: 60 * 60_000,
  cooldownMs: 5000,
  pauseAfterFailureMs: 1000,
};

interface FetchedSet {
  readonly text: string;
  readonly keys: SortedKeys;
  readonly find: FindKey;
}

class FetchedKeys implements KeySource {
  readonly #sets: Refreshed<FetchedSet>;
  #latest: FetchedSet | undefined;
  #version = 0;

  constructor(placeOf: () => Promise<string>) {
    this.#sets = new Refreshed(async () => this.#fetch(await placeOf()), keyFreshness);
  }

  get version(): number {
    return this.#version;
  }

  get ageSeconds(): number | undefined {
    const { ageMs } = this.#sets;
    return ageMs === undefined ? undefined : ageMs / 1000;
  }

  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<VerificationKey> {
    const { find } = await orUnavailable(this.#sets.get());
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await orUnavailable(this.#sets.renew())).find(header, token);
    }
  }

  async check(): Promise<void> {
    const { keys } = await this.#sets.get();
    if (countOf(keys) === 0) throw unusableKeys(keys.unusable);
  }

  async #fetch(jwksUri: string): Promise<FetchedSet> {
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const response = await fetchBounded(jwksUri, { headers }, metadataLimits);
    if (response.status !== 200) throw new Error(`${jwksUri} answered ${String(response.status)}`);
    const text = await response.text();
    // The same set keeps its imported keys, and what was verified with it.
    if (this.#latest?.text === text) return this.#latest;
    const keys = parseKeySet(text, jwksUri);
    this.#latest = { text, keys, find: keyFinder(keys) };
    this.#version += 1;
    return this.#latest;
  }
}

/** Keys that cannot be had say nothing about a token. */
async function orUnavailable<T>(value: Promise<T>): Promise<T> {
  try {
    return await value;
  } catch (cause) {
    throw new TemporarilyUnavailableError(retryAfterSeconds.outageEnds, { cause });
  }
}

function parseKeySet(text: string, jwksUri: string): SortedKeys {
  const { keys } = (JSON.parse(text) ?? {}) as { readonly keys?: unknown };
  const { asymmetric, symmetric, unusable } = sortKeys(Array.isArray(keys) ? keys : []);
  // A secret that can be fetched is none.
  const all = [...unusable, ...symmetric.map(() => 'a key is symmetric')];
  // A set without a key that is meant for signatures is what a half-started server answers; taking it would refuse every
  // good token.
  if (asymmetric.length + all.length === 0) throw new Error(`${jwksUri} has no keys`);
  return { asymmetric, symmetric: [], unusable: all };
}

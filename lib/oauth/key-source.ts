import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';
import * as errors from 'jose/errors';
import { fetchBounded, metadataLimits } from './fetch-bounded.js';
import type { IssuerMetadata } from './issuer-discovery.js';
import { loadVerifying } from './jose.js';
import type { Freshness } from './refreshed.js';
import { Refreshed } from './refreshed.js';

/** A JSON Web Key Set (RFC 7517 §5). */
export type KeySet = JSONWebKeySet;

/** Where the keys come from that tokens are signed with. */
export interface KeySource {
  /** Finds the key that a token claims to be signed with. */
  find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey>;
  /** Fetches the keys when that was not done yet. @throws anything when there are none, or they are too old to be used */
  check(): Promise<void>;
  /** Another value whenever the key set became another; what was verified with an older one has to be verified again. */
  readonly version: number;
}

/**
 * Keys that are given.
 *
 * @param jwks - the issuer's public keys; changing them afterwards changes nothing
 * @throws TypeError for what is no key set
 */
export function givenKeys(jwks: KeySet): KeySource {
  const { keys } = jwks as { readonly keys?: unknown };
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'object' && key !== null)) {
    throw new TypeError('keys must be an array of objects');
  }
  const own = structuredClone(jwks);
  let find: KeySource['find'] | undefined;
  return {
    find: async (header, token) => {
      const { createLocalJWKSet } = await loadVerifying();
      find ??= createLocalJWKSet(own);
      return find(header, token);
    },
    check: () => Promise.resolve(),
    version: 0,
  };
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
 * @param metadata - the metadata of the issuer
 */
export function discoveredKeys(metadata: Refreshed<IssuerMetadata>): KeySource {
  return new FetchedKeys(async () => {
    const { issuer, jwksUri } = await metadata.get();
    if (jwksUri === undefined) throw new Error(`The metadata of ${issuer} names no jwks_uri`);
    return jwksUri;
  });
}

// A key that the issuer took back is refused within ten minutes. A token that is signed with a new one makes us look at
// once, but not more than once in five seconds, so that tokens with invented keys cannot turn us against the issuer.
const keyFreshness: Freshness = {
  refreshAfterMs: 5 * 60_000,
  waitAfterMs: 10 * 60_000,
  usableForMs: 60 * 60_000,
  cooldownMs: 5000,
  pauseAfterFailureMs: 1000,
};

interface FetchedSet {
  readonly text: string;
  readonly find: KeySource['find'];
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

  async find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    try {
      return await (await this.#sets.get()).find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await this.#sets.renew()).find(header, token);
    }
  }

  async check(): Promise<void> {
    await this.#sets.get();
  }

  async #fetch(jwksUri: string): Promise<FetchedSet> {
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const response = await fetchBounded(jwksUri, { headers }, metadataLimits);
    if (response.status !== 200) throw new Error(`${jwksUri} answered ${String(response.status)}`);
    const text = await response.text();
    const { createLocalJWKSet } = await loadVerifying();
    // The same set keeps its imported keys, and what was verified with it.
    if (this.#latest?.text === text) return this.#latest;
    this.#latest = { text, find: createLocalJWKSet(parseKeySet(text, jwksUri)) };
    this.#version += 1;
    return this.#latest;
  }
}

function parseKeySet(text: string, jwksUri: string): KeySet {
  const document = JSON.parse(text) as KeySet;
  // A set without a key that could verify anything is what a half-started server answers; taking it would refuse every
  // good token.
  if (Array.isArray(document.keys) && document.keys.some(canVerify)) return document;
  throw new Error(`${jwksUri} has no keys`);
}

function canVerify(key: unknown): boolean {
  const { kty, use } = (key ?? {}) as { readonly kty?: unknown; readonly use?: unknown };
  return typeof kty === 'string' && (use === undefined || use === 'sig');
}

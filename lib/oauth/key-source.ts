import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, customFetch } from 'jose';
import { fetchBounded, metadataLimits } from './fetch-bounded.js';
import { discoverIssuer } from './issuer-discovery.js';

/** A JSON Web Key Set (RFC 7517 §5). */
export type KeySet = JSONWebKeySet;

/** Finds the key that a token claims to be signed with. */
export type KeySource = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/**
 * Keys that are given.
 *
 * @param jwks - the issuer's public keys
 */
export function givenKeys(jwks: KeySet): KeySource {
  return createLocalJWKSet(jwks);
}

/**
 * Keys at a known place. jose caches them, looks again for an unknown `kid`, and pauses between two looks.
 *
 * @param jwksUri - URL of the key set
 */
export function remoteKeys(jwksUri: string): KeySource {
  return createRemoteJWKSet(new URL(jwksUri), {
    [customFetch]: (url, { headers, method }) => fetchBounded(url, { headers, method }, metadataLimits),
  });
}

const pauseAfterFailureMs = 1000;

/**
 * Keys at the place that the issuer's metadata names. The metadata is asked for when the first token comes, once for
 * all that wait, and not again until a short pause is over when that failed.
 *
 * @param issuer - the issuer identifier
 */
export function discoveredKeys(issuer: string): KeySource {
  let keys: Promise<KeySource> | undefined;

  const discover = async (): Promise<KeySource> => remoteKeys((await discoverIssuer(issuer)).jwksUri);
  const forget = (): void => {
    keys = undefined;
  };

  return async (header, token) => {
    if (keys === undefined) {
      keys = discover();
      keys.catch(() => setTimeout(forget, pauseAfterFailureMs).unref());
    }
    return (await keys)(header, token);
  };
}

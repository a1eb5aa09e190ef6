// How the contestants without a verifier of their own verify tokens: jose, alone or with what it said kept in a Map.
import { createLocalJWKSet, jwtVerify } from 'jose';
import { issuerUrl, resource } from './issuer.mjs';

/** Verifies a token with every call. Returns its claims. */
export function createVerifier(jwks) {
  const keys = createLocalJWKSet(jwks);
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, { issuer: issuerUrl, audience: resource, typ: 'at+jwt' });
    return payload;
  };
}

/** The same, and remembers the claims of a token until it ends. */
export function createRememberingVerifier(jwks) {
  const verify = createVerifier(jwks);
  const known = new Map();
  return async (token) => {
    const claims = known.get(token) ?? (await verify(token));
    if (claims.exp <= Date.now() / 1000) throw new Error('The token has ended');
    known.set(token, claims);
    return claims;
  };
}

/** The verifier that both generations of the official SDK ask for, with the Map behind it. */
export function createSdkVerifier(jwks) {
  const verify = createRememberingVerifier(jwks);
  return {
    verifyAccessToken: async (token) => {
      const { client_id: clientId, exp: expiresAt, scope } = await verify(token);
      return { token, clientId, expiresAt, scopes: scope.split(' ') };
    },
  };
}

import type * as jose from 'jose';

/** The parts of jose that verify what issuers and clients have signed. */
export type Verifying = Pick<
  typeof jose,
  'EmbeddedJWK' | 'calculateJwkThumbprint' | 'createLocalJWKSet' | 'decodeJwt' | 'decodeProtectedHeader' | 'jwtVerify'
>;

/** The parts that sign. */
export type Signing = Pick<typeof jose, 'SignJWT' | 'importJWK'>;

let verifying: Promise<Verifying> | undefined;

/**
 * Loads what verifies, once. A third of what importing the package would take is jose's, and who has an open endpoint, speaks over stdio
 * or brings a verifier has no use for it. Who makes a verifier begins to load at once, so that hardly any request waits.
 */
export function loadVerifying(): Promise<Verifying> {
  verifying ??= Promise.all([
    import('jose/jwt/verify'),
    import('jose/jwt/decode'),
    import('jose/decode/protected_header'),
    import('jose/jwks/local'),
    import('jose/jwk/embedded'),
    import('jose/jwk/thumbprint'),
  ]).then(([verify, decode, header, local, embedded, thumbprint]) => ({
    ...verify,
    ...decode,
    ...header,
    ...local,
    ...embedded,
    ...thumbprint,
  }));
  return verifying;
}

/** Loads what signs, which few have a use for: signed metadata, and introspection with a private key. */
export async function loadSigning(): Promise<Signing> {
  const [{ SignJWT }, { importJWK }] = await Promise.all([import('jose/jwt/sign'), import('jose/key/import')]);
  return { SignJWT, importJWK };
}

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
 * Loads the parts that verify, once. jose takes a third of the time that importing the package would take. An open endpoint, stdio, and
 * an app with its own verifier do not need it. Creating a verifier begins to load at once, so that hardly any request waits.
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

/** Loads the parts that sign. Few apps need them: for signed metadata, and for introspection with a private key. */
export async function loadSigning(): Promise<Signing> {
  const [{ SignJWT }, { importJWK }] = await Promise.all([import('jose/jwt/sign'), import('jose/key/import')]);
  return { SignJWT, importJWK };
}

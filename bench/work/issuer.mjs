// An authorization server reduced to what a resource server sees of it: keys and tokens.
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

export const resource = 'https://api.example.com/mcp';
export const issuerUrl = 'https://login.example.com';
export const algorithms = ['ES256', 'RS256', 'EdDSA'];

/**
 * @typedef {object} Issuer
 * @property {{ keys: object[] }} jwks - its public keys
 * @property {(options?: { algorithm?: string, scope?: string, bound?: boolean }) => Promise<string>} token - signs one
 * @property {(token: string) => Promise<string>} proof - a DPoP proof by the client's key, good for one request
 */

/** @returns {Promise<Issuer>} */
export async function createIssuer() {
  const pairs = new Map(await Promise.all(algorithms.map(async (name) => [name, await keyPair(name)])));
  const client = await keyPair('ES256');
  const jkt = await calculateJwkThumbprint(client.jwk);
  return {
    jwks: { keys: [...pairs].map(([alg, { jwk }]) => ({ ...jwk, alg, kid: alg, use: 'sig' })) },
    token: ({ algorithm = 'ES256', scope = 'add', bound = false } = {}) =>
      new SignJWT({ client_id: 'bench', scope, ...(bound ? { cnf: { jkt } } : {}) })
        .setProtectedHeader({ alg: algorithm, kid: algorithm, typ: 'at+jwt' })
        .setIssuer(issuerUrl)
        .setAudience(resource)
        .setSubject('ada')
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(pairs.get(algorithm).privateKey),
    proof: (token) =>
      new SignJWT({ htm: 'POST', htu: resource, ath: createHash('sha256').update(token).digest('base64url') })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: client.jwk })
        .setJti(randomUUID())
        .setIssuedAt()
        .sign(client.privateKey),
  };
}

async function keyPair(algorithm) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  return { privateKey, jwk: await exportJWK(publicKey) };
}

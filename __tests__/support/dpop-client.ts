import { createHash } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { issuer, resource } from './mcp-app.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Claims of a proof; undefined leaves one out. */
export interface ProofOptions {
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey;
}

/** A client with a key that its tokens are bound to (RFC 9449). */
export class DpopClient {
  private constructor(
    readonly privateKey: CryptoKey,
    readonly jwk: JWK,
    readonly thumbprint: string,
  ) {}

  static async create(algorithm = 'ES256'): Promise<DpopClient> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new DpopClient(privateKey, jwk, await calculateJwkThumbprint(jwk));
  }

  /** An access token that is bound to the key of this client. */
  async token(scope = '', cnf: unknown = { jkt: this.thumbprint }): Promise<string> {
    return issuer.token({ scope, claims: { cnf } });
  }

  async proof(token: string, { header = {}, claims = {}, key = this.privateKey }: ProofOptions = {}): Promise<string> {
    return new SignJWT({
      htm: 'POST',
      htu: resource,
      iat: Math.floor(Date.now() / 1000),
      jti: crypto.randomUUID(),
      ath: sha256(token),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: this.jwk, ...header })
      .sign(key);
  }
}

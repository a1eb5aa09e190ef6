import type { CryptoKey, JWK } from 'jose';
import { ConfigurationError } from '../errors/configuration-error.js';
import { loadSigning } from './jose.js';

/** How the resource server authenticates itself to an authorization server. */
export interface ClientCredentials {
  /** The `client_id` that the authorization server gave the resource server. */
  readonly clientId: string;
  /** The secret; sent as HTTP Basic authentication. */
  readonly clientSecret?: string;
  /** Instead of a secret: a private key as JWK with `alg`, and `kid` when the server needs it (RFC 7523, `private_key_jwt`). */
  readonly privateKey?: JWK;
}

/** The header fields and parameters that authenticate one request. */
export interface Authentication {
  readonly headers: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Makes the credentials of one request. */
export type Authenticate = () => Promise<Authentication>;

const assertionSeconds = 60;

/**
 * Checks credentials once, and makes them usable for every request.
 *
 * @param credentials - what the developer wrote
 * @param audience - the issuer identifier of the authorization server
 * @param owner - the option they belong to, for messages
 * @throws ConfigurationError `missing_option` or `invalid_option`
 */
export function compileCredentials(credentials: ClientCredentials, audience: string, owner: string): Authenticate {
  const { clientId, clientSecret, privateKey } = credentials;
  if (!isText(clientId)) throw new ConfigurationError('missing_option', `${owner} needs a clientId.`);
  if ((clientSecret === undefined) === (privateKey === undefined)) {
    throw new ConfigurationError('missing_option', `${owner} needs either clientSecret or privateKey.`);
  }
  if (privateKey !== undefined) return assertionWith(privateKey, { clientId, audience, owner });
  if (!isText(clientSecret)) throw new ConfigurationError('invalid_option', `${owner}: clientSecret must be a text.`);
  // RFC 6749 §2.3.1: both are form-encoded before they are joined.
  const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  const authentication = { headers: { authorization: `Basic ${btoa(pair)}` }, parameters: {} };
  return () => Promise.resolve(authentication);
}

function assertionWith(
  jwk: JWK,
  { clientId, audience, owner }: { readonly clientId: string; readonly audience: string; readonly owner: string },
): Authenticate {
  const { alg, kid } = jwk;
  if (!isText(alg) || jwk.d === undefined) {
    throw new ConfigurationError('invalid_option', `${owner}: privateKey must be a private JWK with an alg member.`);
  }
  const key = importKey(jwk, alg);
  // The first use reports the error; until then it is not an unhandled rejection.
  key.catch(() => undefined);
  return async () => {
    const { SignJWT } = await loadSigning();
    // RFC 7523 §3: issuer and subject are the client, the audience is the authorization server.
    const assertion = await new SignJWT()
      .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setJti(crypto.randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${String(assertionSeconds)}s`)
      .sign(await key);
    return {
      headers: {},
      parameters: {
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      },
    };
  };
}

async function importKey(jwk: JWK, alg: string): Promise<CryptoKey | Uint8Array> {
  const { importJWK } = await loadSigning();
  return importJWK(jwk, alg);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

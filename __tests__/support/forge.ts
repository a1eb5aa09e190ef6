import type { KeyObject } from 'node:crypto';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

/** Key pairs of an imitated issuer, and of another one. */
export const keys = {
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  strangerEc: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};

export const jwks = {
  keys: [
    { ...keys.ec.publicKey.export({ format: 'jwk' }), kid: 'ec', alg: 'ES256', use: 'sig' },
    { ...keys.rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', alg: 'RS256', use: 'sig' },
  ],
};

const encode = (text: string): string => Buffer.from(text).toString('base64url');

/** Parts of a token. Texts are used as they are, so that they need not be JSON. */
export interface Forgery {
  readonly header?: Readonly<Record<string, unknown>> | string;
  readonly claims?: Readonly<Record<string, unknown>> | string;
  readonly key?: KeyObject;
  /** Makes the signature instead of `key`. */
  readonly signWith?: (input: string) => string;
}

/** Signs with the algorithm that belongs to the key, whatever the header says. */
function signature(input: string, key: KeyObject): string {
  if (key.type === 'secret') return createHmac('sha256', key).update(input).digest('base64url');
  if (key.asymmetricKeyType === 'rsa') return sign('sha256', Buffer.from(input), key).toString('base64url');
  return sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/** Makes a JWS with any claims and any header, which no library would sign. */
export function forge(
  base: Readonly<Record<string, unknown>>,
  { header, claims, key, signWith }: Forgery = {},
): string {
  const text = (value: Forgery['header'], defaults: object): string =>
    typeof value === 'string' ? value : JSON.stringify({ ...defaults, ...value });
  const input = `${encode(text(header, { alg: 'ES256', kid: 'ec', typ: 'at+jwt' }))}.${encode(text(claims, base))}`;
  return `${input}.${signWith?.(input) ?? signature(input, key ?? keys.ec.privateKey)}`;
}

import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The public half of a key for ES256, in JSON (RFC 7517, RFC 7518 §6.2). */
export interface VerificationKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** Both halves: `d` is the secret. */
export interface SigningKey extends VerificationKey {
  readonly d: string;
}

/** The settings of the app. */
export interface Config {
  /** Public URL of the app; also the issuer of its tokens. */
  readonly publicUrl: URL;
  /** The first one signs; the others still verify tokens that they signed earlier. */
  readonly signingKeys: readonly SigningKey[];
  /** The first one signs cookies; the others are still accepted. */
  readonly cookieSecrets: readonly string[];
}

/** The secrets, as stored in a file if the environment has none. */
type Secrets = Pick<Config, 'cookieSecrets' | 'signingKeys'>;

/**
 * Reads `PUBLIC_URL`, `SIGNING_KEYS` and `COOKIE_SECRETS` (separated by commas).
 *
 * @param environment - such as `process.env`
 * @param fallback - used if the environment lacks them: the address, and the file for generated secrets
 * @throws Error with the missing variable, in production or if a value cannot be read
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  fallback: { readonly url: string; readonly secretsFile: string },
): Config {
  const { COOKIE_SECRETS, NODE_ENV, PUBLIC_URL, SIGNING_KEYS } = environment;
  const publicUrl = new URL(PUBLIC_URL ?? fallback.url);
  if (publicUrl.pathname !== '/') throw new Error('PUBLIC_URL must be an origin, such as https://app.example.com.');
  if (NODE_ENV === 'production' && publicUrl.protocol !== 'https:') throw new Error('PUBLIC_URL must be https.');
  if (SIGNING_KEYS !== undefined && COOKIE_SECRETS !== undefined) {
    return { publicUrl, signingKeys: parseKeys(SIGNING_KEYS), cookieSecrets: parseSecrets(COOKIE_SECRETS) };
  }
  if (NODE_ENV === 'production') {
    throw new Error(
      'Set SIGNING_KEYS and COOKIE_SECRETS. `npm run own-login -- new-keys` prints a first value of each.',
    );
  }
  return { publicUrl, ...keptSecrets(fallback.secretsFile) };
}

/** A new key for ES256. */
export function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { d = '', x = '', y = '' } = privateKey.export({ format: 'jwk' });
  return { kty: 'EC', crv: 'P-256', x, y, d, kid: randomUUID(), alg: 'ES256', use: 'sig' };
}

/** A new secret for cookies. */
export function newCookieSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** The public halves, for all services that verify tokens. */
export function publicKeys(keys: readonly SigningKey[]): { keys: VerificationKey[] } {
  return { keys: keys.map(({ d: _secret, ...shared }) => shared) };
}

function parseKeys(text: string): readonly SigningKey[] {
  const keys = parseJson(text);
  const isUsable = ({ alg, crv, d, kid, x, y }: Partial<SigningKey>): boolean =>
    alg === 'ES256' && crv === 'P-256' && [d, kid, x, y].every((member) => typeof member === 'string');
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isUsable)) return keys as SigningKey[];
  throw new Error('SIGNING_KEYS must be a JSON array of private keys for ES256, each with a kid.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseSecrets(text: string): readonly string[] {
  const secrets = text.split(',');
  if (secrets.some((secret) => secret.length < 32)) {
    throw new Error('COOKIE_SECRETS must be secrets of 32 characters or more, separated by commas.');
  }
  return secrets;
}

function keptSecrets(file: string): Secrets {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const secrets = { signingKeys: [newSigningKey()], cookieSecrets: [newCookieSecret()] };
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    return secrets;
  }
}

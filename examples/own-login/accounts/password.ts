import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

// OWASP's recommendation for scrypt with 32 MiB of memory.
const parameters = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const hashBytes = 32;

/**
 * Hashes a password with a salt of its own.
 *
 * @returns the parameters, the salt and the hash as one text
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt);
  const { N, r, p } = parameters;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Compares a password with a hash, in a time that does not depend on where they differ.
 *
 * @param stored - from {@link hashPassword}
 */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = stored.split('$');
  const derived = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url'));
}

function derive(
  password: string,
  salt: Buffer,
  cost: { N: number; r: number; p: number } = parameters,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same characters can be typed as different code points, which depends on the keyboard.
    scrypt(password.normalize('NFKC'), salt, hashBytes, { ...parameters, ...cost }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

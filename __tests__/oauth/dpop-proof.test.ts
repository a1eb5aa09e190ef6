import { createHash } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CryptoKey, JWK } from 'jose';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { verifyDpopProof } from '../../lib/oauth/dpop-proof.js';

const url = new URL('https://api.example.com/mcp');
const token = 'token-1';
const ath = createHash('sha256').update(token).digest('base64url');
const now = 1_800_000_000;

let privateKey: CryptoKey;
let jwk: JWK;

beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  privateKey = pair.privateKey;
  jwk = await exportJWK(pair.publicKey);
});

beforeEach(() => {
  jest.useFakeTimers({ now: now * 1000, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout'] });
});

afterEach(() => {
  jest.useRealTimers();
});

async function proofWith(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return new SignJWT({ htm: 'POST', htu: url.href, iat: now, jti: 'proof-1', ath, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .sign(privateKey);
}

const verify = (proof: string, algorithms = ['ES256']) =>
  verifyDpopProof(proof, { method: 'POST', url, token, algorithms, clockToleranceSeconds: 5 });

const refusalOf = async (claims: Readonly<Record<string, unknown>>): Promise<unknown> =>
  verify(await proofWith(claims)).then(
    () => 'accepted',
    (error: unknown) => (error as Error).message,
  );

describe('a DPoP proof', () => {
  it('says by whom and with which identifier and nonce it was made', async () => {
    const thumbprint = await calculateJwkThumbprint(jwk);
    expect(await verify(await proofWith())).toEqual({ thumbprint, id: 'proof-1', nonce: undefined });
    expect(await verify(await proofWith({ nonce: 'n' }))).toEqual({ thumbprint, id: 'proof-1', nonce: 'n' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['another method', { htm: 'GET' }, 'htm'],
    ['another host', { htu: 'https://evil.example/mcp' }, 'htu'],
    ['another path', { htu: 'https://api.example.com/other' }, 'htu'],
    ['a user in the URL', { htu: 'https://ada@api.example.com/mcp' }, 'htu'],
    ['a password in the URL', { htu: 'https://:secret@api.example.com/mcp' }, 'htu'],
    ['a URL in a list', { htu: [url.href] }, 'htu'],
    ['what is no URL', { htu: 'mcp' }, 'htu'],
    ['no time', { iat: undefined }, 'iat'],
    ['no identifier', { jti: undefined }, 'jti'],
    ['an identifier that is no text', { jti: ['proof-1'] }, 'jti'],
    ['an empty identifier', { jti: '' }, 'jti'],
    ['an identifier of 257 characters', { jti: 'x'.repeat(257) }, 'jti'],
    ['another token', { ath: 'x' }, 'ath'],
    ['a nonce that is no text', { nonce: 7 }, 'nonce'],
  ])('is refused with %s', async (_what, claims, claim) => {
    const error = await verify(await proofWith(claims)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'invalid_dpop_proof',
      message: `The ${claim} claim of the DPoP proof is not right for this request`,
    });
  });

  it('may have an identifier of 256 characters', async () => {
    expect(await refusalOf({ jti: 'x'.repeat(256) })).toBe('accepted');
  });

  it('is good for a minute and the tolerance, and from the tolerance and a second before', async () => {
    const wrongTime = 'The iat claim of the DPoP proof is not right for this request';
    expect(await refusalOf({ iat: now - 65 })).toBe('accepted');
    expect(await refusalOf({ iat: now - 65.001 })).toBe(wrongTime);
    expect(await refusalOf({ iat: now + 6 })).toBe('accepted');
    expect(await refusalOf({ iat: now + 6.001 })).toBe(wrongTime);
  });

  it('is malformed with a time in words', async () => {
    expect(await refusalOf({ iat: String(now) })).toBe('The DPoP proof is malformed, or its signature does not verify');
  });

  it('tells the server, not the client, why its signature is not good', async () => {
    await expect(verify(await proofWith(), ['RS256'])).rejects.toMatchObject({
      code: 'invalid_dpop_proof',
      message: 'The DPoP proof is malformed, or its signature does not verify',
      cause: { code: 'ERR_JOSE_ALG_NOT_ALLOWED' },
    });
  });

  it('may have 8192 characters, and is not looked at with more', async () => {
    const malformed = 'The DPoP proof is malformed, or its signature does not verify';
    await expect(verify('a'.repeat(8192))).rejects.toMatchObject({ message: malformed });
    await expect(verify('a'.repeat(8193))).rejects.toMatchObject({
      code: 'invalid_dpop_proof',
      message: 'The DPoP proof is too long',
    });
  });
});

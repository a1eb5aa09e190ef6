import { describe, expect, it } from '@jest/globals';
import type { JWK } from 'jose';
import { exportJWK, generateKeyPair } from 'jose';
import { keyFinder, secretOf, sortKeys } from '../../lib/oauth/key-set.js';
import { givenKeys, remoteKeys } from '../../lib/oauth/key-source.js';
import { FakeIssuer } from '../support/fake-issuer.js';

const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
const ec: JWK = { ...(await exportJWK(publicKey)), kid: 'ec', alg: 'ES256' };
const privateEc: JWK = { ...(await exportJWK(privateKey)), kid: 'private' };
const { publicKey: rsaKey } = await generateKeyPair('RS256', { extractable: true });
const rsa: JWK = { ...(await exportJWK(rsaKey)), kid: 'rsa' };
const short: JWK = { ...rsa, kid: 'short', n: Buffer.alloc(128, 255).toString('base64url') };
const oct: JWK = { kty: 'oct', kid: 'oct', k: Buffer.alloc(32, 1).toString('base64url') };

const noToken = { protected: '', payload: '', signature: '' };
const find = (keys: readonly unknown[], header: { alg: string; kid?: string }) =>
  keyFinder(sortKeys(keys))(header, noToken);

describe('a key set', () => {
  it.each<[string, unknown]>([
    ['nulls', { ...ec, use: null, key_ops: null, d: null, x5c: null }],
    ['what only signers need', { ...ec, key_ops: ['sign', 'verify'], ext: false }],
    ['the use for signatures', { ...ec, use: 'sig' }],
  ])('finds a key with %s', async (_what, key) => {
    expect(await find([key], { alg: 'ES256', kid: 'ec' })).toMatchObject({ type: 'public' });
  });

  it('finds a key of exactly 2048 bits, and none of fewer', () => {
    const ofBytes = (bytes: Buffer): JWK => ({ kty: 'RSA', e: 'AQAB', n: bytes.toString('base64url') });
    const big = Buffer.alloc(256, 0);
    big[0] = 0x80;
    expect(sortKeys([ofBytes(big)]).asymmetric).toHaveLength(1);
    expect(sortKeys([ofBytes(Buffer.concat([Buffer.alloc(3), big]))]).asymmetric).toHaveLength(1);
    big[0] = 0x7f;
    expect(sortKeys([ofBytes(big)]).unusable).toEqual(['key 1 has fewer than 2048 bits']);
    expect(sortKeys([ofBytes(Buffer.alloc(300, 0))]).unusable).toEqual(['key 1 has fewer than 2048 bits']);
  });

  it.each<[unknown, string]>([
    [privateEc, 'the key "private" is a private key'],
    [{ ...ec, use: 'verify' }, 'the key "ec" has the use "verify" instead of "sig"'],
    [{ ...ec, key_ops: ['sign'] }, 'the key "ec" does not have "verify" in key_ops'],
    [{ ...ec, key_ops: 'verify', kid: 7 }, 'key 1 does not have "verify" in key_ops'],
    [short, 'the key "short" has fewer than 2048 bits'],
  ])('says why a key cannot be used', async (key, reason) => {
    expect(() => givenKeys({ keys: [key as JWK] })).toThrow(new TypeError(reason));
    await expect(find([key, rsa], { alg: 'ES256', kid: 'ec' })).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
      cause: { message: `Keys of the set cannot be used: ${reason}` },
    });
  });

  it('passes over what is no key and what encrypts', async () => {
    const keys = [null, 7, {}, { kty: 7 }, { ...ec, use: 'enc' }];
    expect(sortKeys(keys)).toEqual({ asymmetric: [], symmetric: [], unusable: [] });
    await expect(find(keys, { alg: 'ES256' })).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  it('finds a shared secret for its algorithm only', async () => {
    const bytes = new Uint8Array(Buffer.alloc(32, 1));
    expect(await find([oct, ec], { alg: 'HS256' })).toEqual(bytes);
    expect(await find([oct, ec], { alg: 'HS256', kid: 'oct' })).toEqual(bytes);
    expect(await find([{ ...oct, alg: 'HS256' }], { alg: 'HS256' })).toEqual(bytes);
    for (const [key, header] of [
      [oct, { alg: 'HS256', kid: 'other' }],
      [{ ...oct, alg: 'HS384' }, { alg: 'HS256' }],
      [ec, { alg: 'HS256' }],
      [oct, { alg: 'ES256' }],
    ] as const) {
      await expect(find([key], header)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    }
    expect(secretOf({ kty: 'oct' })).toHaveLength(0);
  });

  it('offers every secret that may fit', async () => {
    const found: unknown = await find([oct, { ...oct, kid: 'second' }], { alg: 'HS256' }).catch(
      (error: unknown) => error,
    );
    const secrets: unknown[] = [];
    for await (const secret of found as AsyncIterable<unknown>) secrets.push(secret);
    expect(secrets).toHaveLength(2);
  });
});

describe('a key set that is fetched', () => {
  it('is not ready when no key of it can be used, and says why', async () => {
    const server = await new FakeIssuer().listen();
    try {
      const source = () => remoteKeys(`${server.origin}/jwks`);
      for (const [key, reason] of [
        [short, 'the key "short" has fewer than 2048 bits'],
        [oct, 'a key is symmetric'],
      ] as const) {
        server.json('/jwks', { keys: [key] });
        await expect(source().check()).rejects.toThrow(`Keys of the set cannot be used: ${reason}`);
        await expect(source().find({ alg: 'RS256' }, noToken)).rejects.toMatchObject({
          code: 'ERR_JWKS_NO_MATCHING_KEY',
        });
        await expect(source().find({ alg: 'HS256' }, noToken)).rejects.toMatchObject({
          code: 'ERR_JWKS_NO_MATCHING_KEY',
        });
      }
      server.json('/jwks', { keys: [short, ec] });
      await source().check();
      server.json('/jwks', null);
      await expect(source().check()).rejects.toThrow('has no keys');
    } finally {
      await server.close();
    }
  });
});

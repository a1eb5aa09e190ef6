import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ApiKeyOwner, ApiKeyVerifierOptions } from '../../lib/oauth/api-key-verifier.js';
import { apiKeyVerifier } from '../../lib/oauth/api-key-verifier.js';
import { BrokenContractError } from '../../lib/oauth/broken-contract-error.js';
import { issuerOfJwt } from '../../lib/oauth/jwt-shape.js';
import { RecognizingVerifier } from '../../lib/oauth/recognizing-verifier.js';
import type { TrustedVerifier } from '../../lib/oauth/token-verifier.js';

const owner = { subject: 'ada', clientId: 'cron', scopes: ['a'] };
const unknownKey = expect.objectContaining({
  code: 'invalid_token',
  message: 'The API key is not known',
}) as unknown as Error;

describe('an API key', () => {
  const asked: string[][] = [];
  const find = (key: string, hash: string): ApiKeyOwner | undefined => {
    asked.push([key, hash]);
    return key === 'nk_good' ? owner : undefined;
  };
  const keys = apiKeyVerifier({ prefix: 'nk_', find });

  it('is recognised by its prefix, and looked up by itself or its hash', () => {
    expect(keys.recognizes('nk_good')).toBe(true);
    expect(keys.recognizes('nk-good')).toBe(false);
    expect(keys.verify('nk_good')).toMatchObject({ ...owner, claims: {} });
    expect(asked).toEqual([['nk_good', createHash('sha256').update('nk_good').digest('hex')]]);
  });

  it.each(['nk_', 'nk_goo', 'nk_good1', 'xx_good', `nk_${'a'.repeat(8192)}`])('%j is not known', (key) => {
    expect(() => keys.verify(key)).toThrow(unknownKey);
  });

  it('may be looked up later', async () => {
    const later = (answer: unknown) =>
      apiKeyVerifier({ prefix: 'nk_', find: () => Promise.resolve(answer as ApiKeyOwner) });
    expect(await later({ ...owner, expiresAt: 7 }).verify('nk_x')).toMatchObject({ expiresAt: 7 });
    await expect(later(null).verify('nk_x')).rejects.toEqual(unknownKey);
    await expect(later({ ...owner, scopes: 'a' }).verify('nk_x')).rejects.toBeInstanceOf(BrokenContractError);
  });

  it.each<[object, string]>([
    [{ prefix: 'nk_' }, 'find must be a function'],
    [{ find }, 'prefix must be'],
    [{ prefix: '', find }, 'prefix must be'],
    [{ prefix: 'n', find }, 'prefix must be'],
    [{ prefix: 'eyJ', find }, 'not begin as a JWT does'],
    [{ prefix: 'nk ', find }, 'prefix must be'],
    [{ prefix: 7, find }, 'prefix must be'],
    [{ prefix: 'nk_', find, cache: 7 }, 'there is no "cache"'],
  ])('has no verifier with the options %j', (options, message) => {
    expect(() => apiKeyVerifier(options as unknown as ApiKeyVerifierOptions)).toThrow(message);
  });
});

describe('several verifiers', () => {
  const verifierOf = (prefix: string, more: Partial<TrustedVerifier> = {}): TrustedVerifier => ({
    recognizes: (token) => token.startsWith(prefix),
    verify: (token) => ({ clientId: `${prefix}:${token}`, scopes: [], claims: {} }),
    ...more,
  });

  it('leave a token to the first that recognises it, whatever that says', async () => {
    const asked: string[] = [];
    const refusing = verifierOf('b', {
      verify: (token) => {
        asked.push(token);
        throw new Error('no');
      },
    });
    const both = new RecognizingVerifier([verifierOf('a'), refusing, verifierOf('b'), verifierOf('', {})]);
    expect(both.verify('a1')).toMatchObject({ clientId: 'a:a1' });
    expect(() => both.verify('b1')).toThrow('no');
    expect(both.verify('c1')).toMatchObject({ clientId: ':c1' });
    expect(asked).toEqual(['b1']);
    await both.check();
  });

  it('refuse a token that none recognises', () => {
    const one = new RecognizingVerifier([verifierOf('a')]);
    expect(() => one.verify('b')).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  });

  it('decide about everything without recognizes', () => {
    const { recognizes: _recognizes, ...greedy } = verifierOf('x');
    expect(new RecognizingVerifier([greedy]).verify('b')).toMatchObject({ clientId: 'x:b' });
  });

  it.each([undefined, 'yes', Promise.resolve(true)])('do not take %p for an answer of recognizes', (answer) => {
    const strange = verifierOf('a', { recognizes: () => answer as unknown as boolean });
    expect(() => new RecognizingVerifier([strange]).verify('a')).toThrow(BrokenContractError);
  });

  it('are ready when all are', async () => {
    const down = verifierOf('a', { check: () => Promise.reject(new Error('down')) });
    await expect(new RecognizingVerifier([verifierOf('b'), down]).check()).rejects.toThrow('down');
  });
});

describe('the issuer that a token names', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each<[string, string, string | null | undefined]>([
    ['a JWT', `${part({})}.${part({ iss: 'https://i' })}.x`, 'https://i'],
    ['a JWT without', `${part({})}.${part({})}.x`, null],
    ['a JWT with a number', `${part({})}.${part({ iss: 7 })}.x`, null],
    ['two parts', `a.${part({ iss: 'https://i' })}`, undefined],
    ['five parts', `a.${part({ iss: 'https://i' })}.c.d.e`, undefined],
    ['a text', `a.${part('text')}.c`, undefined],
    ['an array', `a.${part([])}.c`, undefined],
    ['null', `a.${part(null)}.c`, undefined],
    ['no JSON', 'a.b.c', undefined],
  ])('is found in %s', (_what, token, issuer) => {
    expect(issuerOfJwt(token)).toBe(issuer);
  });
});

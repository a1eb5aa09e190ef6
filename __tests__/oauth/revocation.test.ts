import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Revocable } from '../../lib/oauth/revocation.js';
import { BrokenContractError } from '../../lib/oauth/broken-contract-error.js';
import { GatheredRevocations } from '../../lib/oauth/gathered-revocations.js';
import { rejectRevoked, revokeTokens } from '../../lib/oauth/revocation.js';
import type { VerifiedToken } from '../../lib/oauth/token-verifier.js';
import { memoryRevocationStore } from '../../lib/stores/revocation-store.js';

const issuer = 'https://issuer.test';
const now = 1_800_000_000;

beforeEach(() => {
  jest.useFakeTimers({ now: now * 1000 + 999 });
});

afterEach(() => {
  jest.useRealTimers();
});

/** A token with these claims, whose subject is that of the claims. */
const tokenWith = (claims: VerifiedToken['claims'], more: Partial<VerifiedToken> = {}): VerifiedToken => ({
  ...{ clientId: 'cli', scopes: [], issuer, claims },
  ...more,
});

describe('revoking', () => {
  it.each<[Revocable, string]>([
    [{ issuer, tokenId: 'token-1' }, '["jti","https://issuer.test","token-1"]'],
    [{ issuer, subject: 'ada' }, '["sub","https://issuer.test","ada"]'],
    [{ issuer, session: 'session-1' }, '["sid","https://issuer.test","session-1"]'],
  ])('%j is written down with the second in which it happened, for a day', async (what, key) => {
    const written: unknown[] = [];
    const store = {
      ...memoryRevocationStore(),
      revoke: (...all: unknown[]) => {
        written.push(all);
        return Promise.resolve();
      },
    };
    await revokeTokens(store, what);
    await revokeTokens(store, what, 60);
    expect(written).toEqual([
      [key, now, 86_400],
      [key, now, 60],
    ]);
  });

  it('of nobody in particular is a mistake', async () => {
    const what = { subject: 'ada' } as unknown as Revocable;
    await expect(revokeTokens(memoryRevocationStore(), what)).rejects.toMatchObject({
      code: 'invalid_option',
      message: 'revokeTokens: say whose token it is: issuer is missing.',
    });
    await expect(revokeTokens(memoryRevocationStore(), { issuer, subject: '' })).rejects.toMatchObject({
      message: 'revokeTokens: say what to revoke: tokenId, subject or session.',
    });
  });

  it.each([0, -1, NaN, '3600', { seconds: 3600 }])('for %j seconds is a mistake', async (seconds) => {
    const store = memoryRevocationStore();
    await expect(revokeTokens(store, { issuer, subject: 'ada' }, seconds as number)).rejects.toMatchObject({
      code: 'invalid_option',
      message: 'revokeTokens: seconds must be a number above 0, such as 3600.',
    });
  });

  it('nothing is a mistake', async () => {
    await expect(revokeTokens(memoryRevocationStore(), { issuer } as unknown as Revocable)).rejects.toMatchObject({
      code: 'invalid_option',
      message: 'revokeTokens: say what to revoke: tokenId, subject or session.',
    });
  });
});

describe('a token', () => {
  const claims = { jti: 'token-1', sub: 'ada', sid: 'session-1' };
  const revoked = { code: 'invalid_token', message: 'The access token was revoked' };

  it.each<[string, Revocable]>([
    ['its identifier', { issuer, tokenId: 'token-1' }],
    ['its subject', { issuer, subject: 'ada' }],
    ['its session', { issuer, session: 'session-1' }],
  ])('is refused when %s was revoked, in the same second or later', async (_what, what) => {
    const store = memoryRevocationStore();
    await rejectRevoked(tokenWith({ ...claims, iat: now }), store);
    await revokeTokens(store, what);
    await expect(rejectRevoked(tokenWith({ ...claims, iat: now }), store)).rejects.toMatchObject(revoked);
    await expect(rejectRevoked(tokenWith({ ...claims, iat: now - 60 }), store)).rejects.toMatchObject(revoked);
  });

  it('that was issued later is good, unless it is the very one', async () => {
    const store = memoryRevocationStore();
    const later = tokenWith({ ...claims, iat: now + 1 });
    await revokeTokens(store, { issuer, subject: 'ada' });
    await revokeTokens(store, { issuer, session: 'session-1' });
    await expect(rejectRevoked(later, store)).resolves.toBeUndefined();
    await revokeTokens(store, { issuer, tokenId: 'token-1' });
    await expect(rejectRevoked(later, store)).rejects.toMatchObject(revoked);
  });

  it.each([undefined, String(now + 60)])('that was issued at %j may be from before', async (iat) => {
    const store = memoryRevocationStore();
    await revokeTokens(store, { issuer, subject: 'ada' });
    await expect(rejectRevoked(tokenWith({ ...claims, iat }), store)).rejects.toMatchObject(revoked);
  });

  it('of an issuer that nobody named belongs to none', async () => {
    const store = memoryRevocationStore();
    await revokeTokens(store, { issuer: '', subject: 'ada' });
    await expect(rejectRevoked(tokenWith(claims, { issuer: undefined }), store)).rejects.toMatchObject(revoked);
    await expect(rejectRevoked(tokenWith(claims), store)).resolves.toBeUndefined();
  });

  it('is asked about with all its names, each once', async () => {
    const asked: unknown[] = [];
    const store = {
      ...memoryRevocationStore(),
      revokedAt: (keys: readonly string[]) => {
        asked.push(keys.map((key) => (JSON.parse(key) as string[]).filter((_part, index) => index !== 1).join('=')));
        return Promise.resolve(keys.map(() => undefined));
      },
    };
    await rejectRevoked(tokenWith(claims, { subject: 'ada' }), store);
    await rejectRevoked(tokenWith({ sub: 'pairwise', jti: 7 }, { subject: 'object-1' }), store);
    await rejectRevoked(tokenWith({ sub: 'pairwise' }), store);
    await rejectRevoked(tokenWith({}), store);
    expect(asked).toEqual([
      ['jti=token-1', 'sub=ada', 'sid=session-1'],
      ['jti=7', 'sub=pairwise', 'sub=object-1'],
      ['sub=pairwise'],
    ]);
  });

  it('that numbers its subject is refused when that number was revoked', async () => {
    const store = memoryRevocationStore();
    await revokeTokens(store, { issuer, subject: '42' });
    for (const verified of [tokenWith({ sub: 42 }), tokenWith({ sub: 42 }, { subject: 'by-another-claim' })]) {
      await expect(rejectRevoked(verified, store)).rejects.toMatchObject(revoked);
    }
    await expect(rejectRevoked(tokenWith({ sub: 421 }), store)).resolves.toBeUndefined();
  });

  it.each([-60, -5, -1, 0, 1, 3, 5])(
    'of an issuer whose clock is %i seconds ahead was issued before',
    async (ahead) => {
      const store = memoryRevocationStore();
      await revokeTokens(store, { issuer, subject: 'ada' });
      await expect(rejectRevoked(tokenWith({ ...claims, iat: now + ahead }), store, 5)).rejects.toMatchObject(revoked);
    },
  );

  it('that was issued later than the clocks can differ is good', async () => {
    const store = memoryRevocationStore();
    await revokeTokens(store, { issuer, subject: 'ada' });
    await expect(rejectRevoked(tokenWith({ ...claims, iat: now + 6 }), store, 5)).resolves.toBeUndefined();
    await expect(rejectRevoked(tokenWith({ ...claims, iat: Infinity }), store, 5)).rejects.toMatchObject(revoked);
  });

  it.each<[string, unknown]>([
    ['no array', undefined],
    ['too few times', [undefined]],
    ['too many times', Array(4).fill(undefined)],
    ['holes', Object.assign([], { length: 2, 2: undefined })],
    ['null', [null, null, null]],
    ['texts', [String(now), undefined, undefined]],
    ['an endless time', [undefined, NaN, undefined]],
  ])('is refused when the store answers with %s', async (_what, answer) => {
    const store = { ...memoryRevocationStore(), revokedAt: () => Promise.resolve(answer as number[]) };
    const asked = [
      rejectRevoked(tokenWith(claims), store),
      rejectRevoked(tokenWith(claims), new GatheredRevocations(store)),
    ];
    for (const each of asked) await expect(each).rejects.toBeInstanceOf(BrokenContractError);
  });

  it('stays undecided when the store throws at once, and the streams ask', async () => {
    const revokedAt = (): never => {
      throw new TypeError('fetch failed');
    };
    const store = new GatheredRevocations({ revokedAt });
    await expect(rejectRevoked(tokenWith(claims), store)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });

  it('stays undecided, for five seconds, while the store cannot tell', async () => {
    const cause = new Error('down');
    const store = { ...memoryRevocationStore(), revokedAt: () => Promise.reject(cause) };
    await expect(rejectRevoked(tokenWith(claims), store)).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      retryAfterSeconds: 5,
      cause,
    });
  });
});

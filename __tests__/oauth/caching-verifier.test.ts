import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Eventually } from '../../lib/promises/and-then.js';
import { InvalidTokenError } from '../../lib/errors/invalid-token-error.js';
import { CachingVerifier } from '../../lib/oauth/caching-verifier.js';
import type { VerifiedToken } from '../../lib/oauth/token-verifier.js';

class CountingVerifier {
  version = 0;
  readonly asked: string[] = [];
  expiresAt: number | undefined;
  error: Error | undefined;
  whileVerifying: () => void = () => undefined;

  async verify(token: string): Promise<VerifiedToken> {
    this.asked.push(token);
    await new Promise(setImmediate);
    this.whileVerifying();
    if (this.error !== undefined) throw this.error;
    return { clientId: token, scopes: ['a'], claims: { list: [{ a: 1 }] }, expiresAt: this.expiresAt };
  }
}

let inner: CountingVerifier;
let cached: CachingVerifier;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'setTimeout', 'performance'] });
  inner = new CountingVerifier();
  cached = new CachingVerifier({ route: () => inner }, { seconds: 60, entries: 2 });
});

afterEach(() => {
  jest.useRealTimers();
});

const pass = (seconds: number): void => {
  jest.setSystemTime(Date.now() + seconds * 1000);
};

describe('the cache of verified tokens', () => {
  it('remembers a verdict for the seconds that it is told, and not longer', async () => {
    expect(await cached.verify('a')).toMatchObject({ clientId: 'a' });
    pass(59);
    expect(await cached.verify('a')).toMatchObject({ clientId: 'a' });
    expect(inner.asked).toEqual(['a']);
    pass(1);
    await cached.verify('a');
    expect(inner.asked).toEqual(['a', 'a']);
  });

  it('never remembers a token longer than it lives', async () => {
    inner.expiresAt = Date.now() / 1000 + 10;
    await cached.verify('a');
    pass(9);
    await cached.verify('a');
    expect(inner.asked).toEqual(['a']);
    pass(1);
    await cached.verify('a');
    expect(inner.asked).toEqual(['a', 'a']);
    inner.expiresAt = Date.now() / 1000 - 1;
    await cached.verify('b');
    await cached.verify('b');
    expect(inner.asked).toEqual(['a', 'a', 'b', 'b']);
  });

  it('verifies once for all who ask at the same time', async () => {
    await Promise.all([cached.verify('a'), cached.verify('a'), cached.verify('a')]);
    expect(inner.asked).toEqual(['a']);
  });

  it('does not remember refusals', async () => {
    inner.error = new InvalidTokenError('no');
    await expect(cached.verify('a')).rejects.toThrow('no');
    inner.error = undefined;
    expect(await cached.verify('a')).toMatchObject({ clientId: 'a' });
  });

  it('holds as many as it is told', async () => {
    for (const token of ['a', 'b', 'c', 'c', 'b']) await cached.verify(token);
    expect(inner.asked).toEqual(['a', 'b', 'c']);
    await cached.verify('a');
    expect(inner.asked).toEqual(['a', 'b', 'c', 'a']);
  });

  it('forgets everything when keys change, also when that happens meanwhile', async () => {
    await cached.verify('a');
    inner.version = 1;
    await cached.verify('a');
    expect(inner.asked).toEqual(['a', 'a']);
    inner.whileVerifying = () => (inner.version += 1);
    await cached.verify('b');
    inner.whileVerifying = () => undefined;
    await cached.verify('b');
    await cached.verify('b');
    expect(inner.asked).toEqual(['a', 'a', 'b', 'b']);
  });

  it('does not remember what was verified with keys that others have replaced meanwhile', async () => {
    let other: Eventually<VerifiedToken> | undefined;
    inner.whileVerifying = () => {
      inner.whileVerifying = () => undefined;
      inner.version += 1;
      // A later call removes the older entry; the verdict about the first token comes after that.
      other = cached.verify('b');
    };
    await cached.verify('a');
    await other;
    await Promise.all([cached.verify('a'), cached.verify('b')]);
    expect(inner.asked).toEqual(['a', 'b', 'a']);
  });

  it('gives everybody the same verdict, which nobody can change', async () => {
    const verified = await cached.verify('a');
    expect(() => (verified.scopes as string[]).push('admin')).toThrow(TypeError);
    expect(() => {
      (verified.claims['list'] as { a: number }[])[0] = { a: 2 };
    }).toThrow(TypeError);
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DpopNonces } from '../../lib/oauth/dpop-nonces.js';

const nonces = new DpopNonces('n'.repeat(32));

beforeEach(() => {
  jest.useFakeTimers({ now: 1_800_000_000_000 });
});

afterEach(() => {
  jest.useRealTimers();
});

const pass = (seconds: number): void => {
  jest.setSystemTime(Date.now() + seconds * 1000);
};

describe('a nonce for DPoP proofs', () => {
  it('is a text of 43 characters that stays the same for two minutes', () => {
    const nonce = nonces.current();
    expect(nonce).toMatch(/^[\w-]{43}$/);
    pass(119);
    expect(nonces.current()).toBe(nonce);
    pass(1);
    expect(nonces.current()).not.toBe(nonce);
  });

  it('is taken for two more, and is unknown before and afterwards', () => {
    const nonce = nonces.current();
    expect(nonces.judge(nonce)).toBe('current');
    pass(239);
    expect(nonces.judge(nonce)).toBe('old');
    pass(1);
    expect(nonces.judge(nonce)).toBe('unknown');
    pass(-360);
    expect(nonces.judge(nonce)).toBe('unknown');
  });

  it('is taken by who has the same secret, and by nobody else', () => {
    const nonce = nonces.current();
    expect(new DpopNonces('n'.repeat(32)).judge(nonce)).toBe('current');
    expect(new DpopNonces('m'.repeat(32)).judge(nonce)).toBe('unknown');
  });

  it.each(['', 'x', 'x'.repeat(43), 'x'.repeat(44)])('is not %j', (nonce) => {
    expect(nonces.judge(nonce)).toBe('unknown');
  });
});

import { describe, expect, it } from '@jest/globals';
import { sumOfHoldings } from '../../lib/oauth/verifier-holdings.js';

describe('what several verifiers hold', () => {
  const one = { holdings: () => ({ tokens: 2, keyAgeSeconds: { 'https://a.test': 5 }, offeredScopes: ['a'] }) };
  const two = { holdings: () => ({ tokens: 3, keyAgeSeconds: { 'https://b.test': 7 }, offeredScopes: ['b', 'c'] }) };
  const unknown = { holdings: () => ({ tokens: 1, keyAgeSeconds: {}, offeredScopes: undefined }) };

  it('is added up', () => {
    expect(sumOfHoldings([one, two], 10)).toEqual({
      tokens: 15,
      keyAgeSeconds: { 'https://a.test': 5, 'https://b.test': 7 },
      offeredScopes: ['a', 'b', 'c'],
    });
    expect(sumOfHoldings([])).toEqual({ tokens: 0, keyAgeSeconds: {}, offeredScopes: [] });
  });

  it.each([
    ['says nothing', {}],
    ['is not there', undefined],
    ['does not know', unknown],
  ])('has no list of scopes where one of them %s', (_what, other) => {
    expect(sumOfHoldings([one, other]).offeredScopes).toBeUndefined();
    expect(sumOfHoldings([one, other]).tokens).toBe(other === unknown ? 3 : 2);
  });
});

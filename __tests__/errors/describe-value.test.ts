import { describe, expect, it } from '@jest/globals';
import { mustBe } from '../../lib/errors/describe-value.js';

describe('the sentence about a wrong option', () => {
  it.each([
    ['http://a.test', 'not "http://a.test"'],
    [() => 'https://a.test', 'not a function'],
    [['https://a.test'], 'not an array'],
    [{}, 'not an object'],
    [null, 'not null'],
    [undefined, 'not undefined'],
    [7, 'not 7'],
  ])('says what %p is', (value, words) => {
    expect(mustBe('issuer', 'a URL with https', value)).toBe(`issuer must be a URL with https, ${words}`);
  });

  it('gives the spellings of a URL object', () => {
    expect(mustBe('issuer', 'a URL', new URL('https://a.test'))).toBe(
      'issuer must be a text, not a URL object. Write "https://a.test" or "https://a.test/", as tokens have it',
    );
    expect(mustBe('issuer', 'a URL', new URL('https://a.test/x'))).toBe(
      'issuer must be a text, not a URL object. Write "https://a.test/x"',
    );
  });
});

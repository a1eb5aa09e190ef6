import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../lib/registry/schemas/patterns/compile-pattern.js';

describe('a pattern', () => {
  it.each([
    ['^(?=.*a)b+$', 'a look-ahead that reads on, before anything repeats'],
    ['^(?:(?=a*b)|c)d', 'the same in one of two branches'],
    ['^(?!a+b)c|^d', 'a negated one in an alternative'],
    ['^a?b?c?$', 'a few optional parts'],
    ['^a{2,3}b{4}$', 'counts of plain parts'],
    ['^(?:ab){0}c{1}d{0,1}$', 'counts of nothing and one'],
    ['^x(?=y)$', 'a look-ahead without repetition'],
    ['^[^"]*"$', 'one way to match each text'],
  ])('is safe for the engine of the process: %s (%s)', (source) => {
    expect(compilePattern(source).isSafeForLibraries).toBe(true);
  });

  it.each([
    ['^a+(?=.*b)c', 'a look-ahead that reads on, after a repetition'],
    ['x(?=.*b)', 'the same where a match may begin anywhere'],
    ['^(?:a+|b)(?=.*c)', 'the same after a branch that repeats'],
    ['^(?:(?=a*b)c)*$', 'a look-ahead that is repeated'],
    ['^(?=(a+)+$)b', 'a look-ahead that is slow itself'],
    [`^${'a?'.repeat(13)}$`, 'many optional parts'],
    ['^(?:a*)*$', 'an empty turn'],
    ['^(?:a{1,70})*b', 'a counted repetition inside of another'],
    [`^(?:${'[ab]'.repeat(1001)})*$`, 'more than a thousand positions'],
  ])('is matched by an automaton: %s (%s)', (source) => {
    expect(compilePattern(source).isSafeForLibraries).toBe(false);
  });

  it.each([
    [String.raw`(a)\1`, 'cannot be matched in bounded time: it refers to a group'],
    [String.raw`(?<x>a)\k<x>`, 'cannot be matched in bounded time: it refers to a group'],
    ['(', 'Invalid regular expression'],
    [String.raw`\p{Nope}`, 'Invalid regular expression'],
    [String.raw`\Z`, 'Invalid regular expression'],
    [`${'(?=a*)'.repeat(29)}(a|a)*$`, 'it has more than 28 look-arounds'],
  ])('is refused: %s', (source, message) => {
    expect(() => compilePattern(source)).toThrow(message);
  });

  it.each([
    [String.raw`^\:\-\_$`, ':-_', true],
    [String.raw`^\d{2,3}?$`, '12', true],
    ['^{$', '{', true],
    ['^(?<=a)b', 'ab', false],
    ['(?<=a+)b$', 'aab', true],
    [String.raw`^\u{1F600}$`, '\u{1F600}', true],
    ['^.$', '\u{1F600}', true],
  ])('with escapes and forms of other languages: %s at %j', (source, text, expected) => {
    expect(compilePattern(source).test(text)).toBe(expected);
  });

  it('is kept, and made anew after five hundred others', () => {
    const first = compilePattern('^kept$');
    expect(compilePattern('^kept$')).toBe(first);
    for (let count = 0; count <= 500; count++) compilePattern(`^${count}$`);
    const second = compilePattern('^kept$');
    expect(second).not.toBe(first);
    expect([second.test('kept'), second.test('other')]).toEqual([true, false]);
  });
});

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { jsonWeight } from '../../lib/jsonrpc/json-weight.js';

const list = (length: number, make: (index: number) => string) =>
  `[${Array.from({ length }, (_none, index) => make(index)).join(',')}]`;

/**
 * Measures the bytes that the value of a JSON text takes, in a separate process. In this one, memory that other tests free meanwhile
 * would count.
 */
function measure(text: string): number {
  const program = `
    const text = require('node:fs').readFileSync(0, 'utf8');
    const used = () => (gc(), gc(), process.memoryUsage().heapUsed);
    JSON.parse(text); used();
    const before = used();
    const value = JSON.parse(text);
    console.log(used() - before, typeof value);
  `;
  return parseInt(
    execFileSync(process.execPath, ['--expose-gc', '-e', program], { input: text, encoding: 'utf8' }),
    10,
  );
}

describe('the weight of JSON', () => {
  it.each([
    ['empty objects', list(100_000, () => '{}')],
    ['empty arrays', list(100_000, () => '[]')],
    ['numbers', list(300_000, (index) => String(index))],
    ['fractions', list(300_000, (index) => `${String(index)}.5`)],
    ['objects of one kind', list(50_000, (index) => `{"id":${String(index)},"name":"note ${String(index)}"}`)],
    ['objects of many kinds', list(50_000, (index) => `{"k${String(index)}":1}`)],
    ['objects of many orders', list(50_000, (index) => `{"a${index % 50}":1,"b${index % 49}":1,"c${index % 47}":1}`)],
    ['objects in objects of many kinds', list(50_000, (index) => `{"k${String(index)}":{}}`)],
    ['names that are numbers', list(50_000, () => '{"99":0}')],
    ['names that are large numbers', list(50_000, (index) => `{"${String(4_000_000 + index)}":0}`)],
    ['escaped names that are numbers', list(50_000, (index) => `{"\\u0039${index % 90}":0}`)],
    ['names that differ behind an escape', list(50_000, (index) => `{"a\\"${String(index)}":0}`)],
    ['one object of many members', `{${list(100_000, (index) => `"k${String(index)}":1`).slice(1, -1)}}`],
    ['arrays in arrays', list(5000, () => '[[[[[[[[[[]]]]]]]]]]')],
    ['short texts', list(100_000, (index) => `"t${String(index)}"`)],
    ['one long text', JSON.stringify('x'.repeat(2_000_000))],
    ['a long text with one character beyond Latin-1', JSON.stringify('x'.repeat(2_000_000) + '語')],
    ['a long text with one such escape', `"${'x'.repeat(2_000_000)}\\u8a9e"`],
    ['a long text beyond Latin-1', JSON.stringify('語'.repeat(500_000))],
    ['escapes', list(1000, () => JSON.stringify('"\\[{,:'.repeat(100)))],
  ])('is at least what %s take', (_what, text) => {
    const weight = jsonWeight(text, Buffer.byteLength(text));
    const taken = measure(text);
    // Some kilobytes of the measurement itself are part of what was taken.
    expect(weight).toBeGreaterThan(0.95 * taken - 10_000);
    // Eight times too much at the most, or honest messages would be refused.
    expect(weight).toBeLessThan(8 * Math.max(taken, text.length));
  });

  it('counts nothing in texts', () => {
    expect(jsonWeight('"[{,:\\"[{,:"', 12)).toBe(12 + 8);
    expect(jsonWeight('["a",{"b":1}]', 13)).toBe(13 + 2 * 56 + 16 + 24 + 72 + 2 * 8);
    expect(jsonWeight('"open', 5)).toBe(5 + 8);
  });

  it('counts the order of names once in a message, however deep, and anew in the next', () => {
    const added = (part: string): number => {
      const [one, two] = [1, 2].map((times) => `[${Array.from({ length: times }, () => part).join(',')}]`) as [
        string,
        string,
      ];
      return jsonWeight(two, two.length) - jsonWeight(one, one.length) - part.length - 1 - 16;
    };
    expect(added('{"id":1}')).toBe(56 + 32);
    expect(added('{"id":1,"in":{"id":1}}')).toBe(2 * 56 + 3 * 32 + 16);
    expect(added('{"0":1}')).toBe(56 + 32 + 104);
    expect(jsonWeight('{"id":1}', 8)).toBe(jsonWeight('{"id":1}', 8));
    // Deeper than any message may be.
    const deep = '{"a":'.repeat(300) + '1' + '}'.repeat(300);
    expect(jsonWeight(deep, deep.length)).toBeGreaterThan(300 * 88);
  });

  it('does not take fewer bytes for texts of which each character takes three', () => {
    expect(jsonWeight('"語"', 5)).toBe(6 + 8);
    expect(jsonWeight('"語語語"', 11)).toBe(11 + 8);
    expect(jsonWeight('"aaaaaaa語"', 12)).toBe(20 + 8);
  });
});

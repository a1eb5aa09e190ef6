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
    ['one object of many members', `{${list(100_000, (index) => `"k${String(index)}":1`).slice(1, -1)}}`],
    ['arrays in arrays', list(5000, () => '[[[[[[[[[[]]]]]]]]]]')],
    ['short texts', list(100_000, (index) => `"t${String(index)}"`)],
    ['one long text', JSON.stringify('x'.repeat(2_000_000))],
    ['a long text beyond Latin-1', JSON.stringify('語'.repeat(500_000))],
    ['escapes', list(1000, () => JSON.stringify('"\\[{,:'.repeat(100)))],
  ])('is about what %s take', (_what, text) => {
    const weight = jsonWeight(text, Buffer.byteLength(text));
    const taken = measure(text);
    expect(weight).toBeGreaterThan(0.5 * taken);
    // Eight times too much at the most, or honest messages would be refused.
    expect(weight).toBeLessThan(8 * Math.max(taken, text.length));
  });

  it('counts no brackets, commas and colons in texts', () => {
    expect(jsonWeight('"[{,:\\"[{,:"', 12)).toBe(12 + 16);
    expect(jsonWeight('["a",{"b":1}]', 13)).toBe(13 + 2 * 56 + 16 + 32 + 2 * 16 + 128);
    expect(jsonWeight('"open', 5)).toBe(5 + 16);
  });
});

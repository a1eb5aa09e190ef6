import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { compilePattern } from '../../../lib/registry/schemas/patterns/compile-pattern.js';
import { LinearPattern } from '../../../lib/registry/schemas/patterns/linear-pattern.js';
import { parsePattern } from '../../../lib/registry/schemas/patterns/parse-pattern.js';

const atom = fc.constantFrom(
  'a',
  'b',
  '[ab]',
  '.',
  String.raw`\w`,
  '(?:a|b)',
  '(a|)',
  String.raw`\s`,
  '[^a]',
  '\u00E4',
);
const edge = fc.constantFrom('^', '$', String.raw`\b`, String.raw`\B`);
const times = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?');
const { pattern } = fc.letrec<{ readonly pattern: string; readonly part: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie('part'), { maxLength: 4 }), { minLength: 1, maxLength: 2 })
    .map((options) => options.map((parts) => parts.join('')).join('|')),
  part: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(atom, times).map((each) => each.join('')),
    edge,
    fc.tuple(tie('pattern'), times).map(([inner, count]) => `(?:${inner})${count}`),
    fc.tuple(fc.constantFrom('=', '!', '<=', '<!'), tie('pattern')).map(([look, inner]) => `(?${look}${inner})`),
  ),
}));

describe('an automaton for a pattern', () => {
  it('finds what the engine of the process finds', () => {
    // No pairs of surrogates: V8 also begins in the middle of one where a negative look-ahead comes first, which ECMA-262 does not.
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\u00E4'), maxLength: 7 });
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 5 }), (source, texts) => {
        const expression = new RegExp(source, 'u');
        const linear = new LinearPattern(parsePattern(source, 'u'), 'u');
        for (const each of texts) expect([each, linear.test(each)]).toEqual([each, expression.test(each)]);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['^([a-z0-9]+[._-]?)+@x$', 'a'],
    ['^(a|a)*$', 'a'],
    ['^(a?){50}a{50}$', 'a'],
    ['(a*)*b', 'a'],
    [String.raw`^(\w+\s?)*$`, 'a '],
    [String.raw`^\S+@\S+\.\S+$`, '@.'],
    [String.raw`\s+$`, ' '],
    ['foo.*bar', 'foo'],
    ['^(?=(a+)+$)', 'a'],
    ['(?:(?!x).)*y', 'a'],
  ])('runs %s, which the engine of the process would go back for', (source, piece) => {
    const { test, isSafeForLibraries } = compilePattern(source);
    expect(isSafeForLibraries).toBe(false);
    const hostile = `${piece.repeat(50_000)}\n!`;
    const cpu = process.cpuUsage();
    expect(test(hostile)).toBe(false);
    // Once over 50,000 pieces. The engine of the process needs minutes to centuries.
    expect(process.cpuUsage(cpu).user).toBeLessThan(3_000_000);
  });

  it('finds out about a look-around that is repeated once', () => {
    expect(compilePattern('^(?:a(?!x)b?(?<!y)){40}$').test('ab'.repeat(40))).toBe(true);
  });

  it.each([
    [String.raw`^(a)\1$`, 'it refers to a group'],
    [String.raw`(?<x>a)\k<x>`, 'it refers to a group'],
    ['^(?:(?:a{99}|b){99}|(?:c{99}|d){99})+$', 'it needs more than 10000 states'],
  ])('refuses %s: %s', (source, reason) => {
    expect(() => compilePattern(source)).toThrow(`cannot be matched in bounded time: ${reason}`);
  });
});

describe('the check of what the engine of the process goes back for', () => {
  it.each([
    '^[a-z]+$',
    String.raw`\d+`,
    '[A-Z]',
    '^[a-z0-9]+(?:-[a-z0-9]+)*$',
    '^#[0-9a-f]{6}$',
    '^[^@]+@[^@]+$',
    String.raw`^(?=.*[A-Z])(?=.*\d).{8,}$`,
    '^.{0,65535}$',
    String.raw`^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$`,
  ])('lets %s pass', (source) => {
    expect(compilePattern(source).isSafeForLibraries).toBe(true);
  });

  const formats: readonly (readonly [string, z.ZodType])[] = [
    ...Object.entries({ ...z.iso } as Readonly<Record<string, unknown>>)
      .filter(([name]) => ['date', 'time', 'datetime', 'duration'].includes(name))
      .map(([name, make]) => [`iso.${name}`, (make as () => z.ZodType)()] as const),
    ...[z.email, z.uuid, z.guid, z.ipv4, z.ipv6, z.cidrv4, z.cidrv6, z.base64, z.base64url, z.cuid2]
      .concat([z.ulid, z.nanoid, z.xid, z.ksuid, z.e164, z.emoji, z.hostname] as never)
      .map((make) => [make.name, make()] as const),
    ['html5Email', z.email({ pattern: z.regexes.html5Email })],
    ['rfc5322Email', z.email({ pattern: z.regexes.rfc5322Email })],
    ['startsWith', z.string().startsWith('a.b')],
    ['includes', z.string().includes('a.b')],
    ['endsWith', z.string().endsWith('.txt')],
  ];

  it.each(formats)('lets what zod writes for %s pass', (_name, schema) => {
    const { pattern: source } = z.toJSONSchema(schema);
    if (source === undefined) return;
    expect([source, compilePattern(source).isSafeForLibraries]).toEqual([source, true]);
  });
});

describe('a pattern', () => {
  it.each([
    [String.raw`^https\:\/\/`, 'https://x', true],
    [String.raw`^\#\_\@$`, '#_@', true],
    [String.raw`^[\w-.]+$`, 'a-b.c', true],
    [String.raw`^\p{L}+$`, '\u00E4\u6F22', true],
    ['^.$', '\u{1F600}', true],
    [String.raw`^a{,2}$`, 'a{,2}', true],
    [String.raw`^\:\u{61}$`, ':a', true],
  ])('%s is read as its author meant it: %s %s', (source, text, isMatch) => {
    expect(compilePattern(source).test(text)).toBe(isMatch);
  });

  it.each([String.raw`^a\Z`, String.raw`\Aa`, '(?P<x>a)', '(?i)a', '(', '['])('%s is refused', (source) => {
    expect(() => compilePattern(source)).toThrow('Invalid regular expression');
  });
});

import { describe, expect, it } from '@jest/globals';
import { SchemaCompiler } from '../../../lib/registry/schemas/schema-compiler.js';

const of = (a: unknown) => ({ type: 'object', properties: { a } });
const expression = { type: 'object', properties: { l: { $ref: '#/$defs/e' }, r: { $ref: '#/$defs/e' } } };
const deep = (levels: number): unknown => (levels === 0 ? 1 : { l: deep(levels - 1) });
const list = <T>(length: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_each, at) => make(at));
const object = (length: number) => Object.fromEntries(list(length, (at) => [`k${at}`, at]));

/** Schemas with every keyword that looks at more than one part of a value, and values of a size for it. */
const cases: readonly (readonly [string, object, (size: number) => unknown])[] = [
  ['uniqueItems of objects', of({ uniqueItems: true }), (size) => list(size, (at) => ({ at, b: 1 }))],
  ['uniqueItems of long texts', of({ uniqueItems: true }), (size) => list(size, (at) => `${'x'.repeat(20)}${at}`)],
  [
    'uniqueItems below uniqueItems',
    of({ uniqueItems: true, items: { uniqueItems: true } }),
    (size) => list(size / 10, (at) => list(10, (each) => at + each)),
  ],
  ['enum of objects', of({ items: { enum: [{ a: 1 }, { b: 2 }, 7] } }), (size) => list(size, () => ({ b: 2 }))],
  ['contains', of({ contains: { const: -1 }, maxContains: 1 }), (size) => list(size, (at) => at)],
  ['additionalProperties', of({ additionalProperties: { type: 'number' }, propertyNames: { maxLength: 9 } }), object],
  ['patternProperties', of({ patternProperties: { '(k+)+[0-9]*$': true }, additionalProperties: false }), object],
  ['unevaluatedProperties', of({ anyOf: [{ patternProperties: { k: true } }], unevaluatedProperties: false }), object],
  ['unevaluatedItems', of({ contains: { type: 'number' }, unevaluatedItems: false }), (size) => list(size, (at) => at)],
  ['a pattern', of({ pattern: '^([a-z0-9]+[._-]?)+@x$' }), (size) => 'a'.repeat(size)],
  ['maxLength', of({ maxLength: 10_000_000, minLength: 3 }), (size) => '\u{1F600}'.repeat(size)],
  [
    'dependentSchemas',
    of({ dependentSchemas: { k1: { minProperties: 1 } }, dependentRequired: { k2: ['k3'] } }),
    object,
  ],
];

async function costOf(schema: object, value: unknown): Promise<number> {
  const compiled = new SchemaCompiler().compile(schema, { owner: 'x', direction: 'input' });
  await compiled.validate({ a: value });
  // One after the other, and many: whatever else the process does, such as collecting garbage, only ever adds.
  let least = Infinity;
  for (let run = 0; run < 12; run++) {
    const before = process.cpuUsage();
    await compiled.validate({ a: value });
    least = Math.min(least, process.cpuUsage(before).user);
  }
  return Math.max(least, 1_000);
}

describe('validating', () => {
  it.each(cases)(
    'by %s costs eight times as much for eight times the input, and not 64 times',
    async (_what, schema, make) => {
      const small = await costOf(schema, make(2_000));
      const large = await costOf(schema, make(16_000));
      expect(large / small).toBeLessThan(32);
    },
  );

  it.each(['anyOf', 'oneOf'])('by a recursive %s looks at each value once', async (union) => {
    const branches = [expression, { ...expression, required: ['x'] }, { type: 'null' }];
    const schema = { type: 'object', $ref: '#/$defs/e', $defs: { e: { [union]: branches } } };
    const compiled = new SchemaCompiler().compile(schema, { owner: 'x', direction: 'input' });
    const before = process.cpuUsage();
    // Each level would double the work: 2 to the power of 60.
    expect(await compiled.validate(deep(60))).toMatchObject({ valid: false });
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });

  it('keeps ten issues and 200 characters of a path', async () => {
    const anyOf = list(20, (at) => ({ required: [`r${at}`] }));
    const compiled = new SchemaCompiler().compile(
      { type: 'object', additionalProperties: { anyOf } },
      { owner: 'x', direction: 'input' },
    );
    const outcome = await compiled.validate({ ['x'.repeat(1_000)]: {} });
    const issues = outcome.valid ? [] : outcome.issues;
    expect(issues).toHaveLength(10);
    expect(issues[0]?.path).toHaveLength(201);
  });
});

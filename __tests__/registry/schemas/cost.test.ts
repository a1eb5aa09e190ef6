import { describe, expect, it } from '@jest/globals';
import { SchemaCompiler } from '../../../lib/registry/schemas/schema-compiler.js';

const expression = { type: 'object', properties: { l: { $ref: '#/$defs/e' }, r: { $ref: '#/$defs/e' } } };
const deep = (levels: number): unknown => (levels === 0 ? 1 : { l: deep(levels - 1) });
const list = <T>(length: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length }, (_each, at) => make(at));

// Cost as a function of size is counted in instructions: __tests__/properties/cost-of-input.test.ts.
describe('validating', () => {
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

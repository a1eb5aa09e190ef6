// Schemas as generators of many languages emit them; the cases are data beside this file.
import { describe, expect, it } from '@jest/globals';
import { SchemaCompiler } from '../../lib/registry/schemas/schema-compiler.js';
import type { WildCase } from './cases.js';
import { readCases, titled } from './cases.js';

interface GeneratedSchema extends WildCase {
  readonly schema: object;
  readonly valid: readonly unknown[];
  readonly invalid: readonly unknown[];
  /** Part of the refusal, for what 2020-12 cannot say. */
  readonly refused?: string;
}

describe('a generated schema', () => {
  const cases = ['generators.json', 'generated.json'].flatMap((file) => readCases(file) as readonly GeneratedSchema[]);

  it.each(titled(cases))('%s', async (_title, wild) => {
    const compile = () =>
      new SchemaCompiler().compile(wild.schema, { owner: 'tool "x" inputSchema', direction: 'input' });
    if (wild.refused !== undefined) {
      expect(compile).toThrow(wild.refused);
      return;
    }
    const compiled = compile();
    expect(compiled.json['type']).toBe('object');
    for (const value of wild.valid) expect(await compiled.validate(value)).toEqual({ valid: true, value });
    for (const value of wild.invalid) expect([value, (await compiled.validate(value)).valid]).toEqual([value, false]);
  });
});

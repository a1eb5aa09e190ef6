import { describe, expect, it } from '@jest/globals';
import { SchemaCompiler } from '../../lib/registry/schemas/schema-compiler.js';
import { refusedSchemas, wildSchemas } from './schemas.js';

const position = { owner: 'tool "x" inputSchema', direction: 'input' } as const;

describe('a schema as people send it', () => {
  it.each(wildSchemas)('registers and decides rightly: $from', async ({ schema, valid = [], invalid = [], listed }) => {
    const compiled = new SchemaCompiler().compile(schema, position);
    for (const value of valid) expect(await compiled.validate(value)).toEqual({ valid: true, value });
    for (const value of invalid) expect(await compiled.validate(value)).toMatchObject({ valid: false });
    if (listed !== undefined) expect(compiled.json).toEqual(listed);
    expect(compiled.json['type']).toBe('object');
  });

  it.each(refusedSchemas)('is refused: %s', (_what, schema, message) => {
    expect(() => new SchemaCompiler().compile(schema, position)).toThrow(message);
  });
});

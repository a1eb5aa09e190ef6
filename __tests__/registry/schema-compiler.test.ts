import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigurationError } from '../../lib/index.js';
import { SchemaCompiler } from '../../lib/registry/schemas/schema-compiler.js';
import { describeIssues } from '../../lib/registry/schemas/schema-issue.js';

const owner = 'tool "x" inputSchema';
const compile = (schema: unknown, direction: 'input' | 'output' = 'input') =>
  new SchemaCompiler().compile(schema, { owner, direction });

async function issuesOf(schema: unknown, value: unknown): Promise<string> {
  const outcome = await compile(schema, 'output').validate(value);
  return outcome.valid ? 'valid' : describeIssues(outcome.issues);
}

function mistake(schema: unknown, direction: 'input' | 'output' = 'input'): string {
  try {
    compile(schema, direction);
  } catch (error) {
    if (error instanceof ConfigurationError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('a compiled schema', () => {
  it.each([
    [{ type: 'string' }, 7, 'must be string'],
    [{ type: 'object', required: ['a'] }, {}, "must have required property 'a'"],
    [{ properties: { a: { properties: { b: { type: 'number' } } } } }, { a: { b: 'x' } }, '/a/b must be number'],
    [{ items: { type: 'string' } }, ['a', 7], '/1 must be string'],
    [{ properties: { 'a/b~c': { type: 'string' } } }, { 'a/b~c': 7 }, '/a~1b~0c must be string'],
    [{ additionalProperties: false }, { 'evil\n': 1 }, 'must not have the property "evil\uFFFD"'],
    [{ enum: ['a', 'b'] }, 'c', 'must be one of "a", "b"'],
    [{ enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, 12, 'must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …'],
    [{ const: { a: 1 } }, 7, 'must be {"a":1}'],
    [{ minimum: 5 }, 4, 'must be >= 5'],
    [{ type: 'string', maxLength: 2 }, 'secret', 'must NOT have more than 2 characters'],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, 'must have property b when property a is present'],
    [{ prefixItems: [{ type: 'string' }], items: false }, ['a', 1], 'must NOT have more than 1 items'],
  ])('by %j finds %j wrong: %s', async (schema, value, message) => {
    expect(await issuesOf(schema, value)).toBe(message);
  });

  it('takes format for an annotation and ignores keywords that it does not know', async () => {
    expect(await issuesOf({ type: 'string', format: 'email', 'x-mine': true }, 'no email')).toBe('valid');
  });

  it('follows $ref, $defs, $anchor and $dynamicRef within itself', async () => {
    const schema = {
      $defs: { id: { $anchor: 'id', type: 'string' } },
      properties: { a: { $ref: '#/$defs/id' }, b: { $ref: '#id' }, c: { $ref: '#' } },
    };
    expect(await issuesOf(schema, { a: 'x', b: 'y', c: { a: 7 } })).toBe('/c/a must be string');
  });

  it('speaks draft-07 where $schema says so', async () => {
    const schema = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      definitions: { id: { type: 'string' } },
      items: [{ $ref: '#/definitions/id' }],
      additionalItems: false,
    };
    expect(await issuesOf(schema, ['a', 'b'])).toBe('must NOT have more than 1 items');
  });

  it('does not take the prototype of a value for data, nor lets a value reach it', async () => {
    expect(await issuesOf({ required: ['constructor'] }, {})).toBe("must have required property 'constructor'");
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    expect(await issuesOf({ type: 'object' }, value)).toBe('valid');
    expect('polluted' in {}).toBe(false);
  });

  it('changes neither the schema nor the value', async () => {
    const schema = { type: 'object', properties: { a: { type: 'number', default: 7 } } };
    const value = { b: '1' };
    const compiled = compile(schema);
    expect(await compiled.validate(value)).toEqual({ valid: true, value: { b: '1' } });
    schema.properties.a.type = 'string';
    expect(await compiled.validate({ a: 'x' })).toMatchObject({ valid: false });
    expect(compiled.json).toEqual({ type: 'object', properties: { a: { type: 'number', default: 7 } } });
    expect(Object.isFrozen(compiled.json['properties'])).toBe(true);
  });

  it('keeps schemas with the same $id apart', async () => {
    const compiler = new SchemaCompiler();
    const [first, second] = ['string', 'number'].map((type) =>
      compiler.compile(
        {
          $id: 'https://example.com/same',
          type: 'object',
          properties: { a: { $ref: '#a' } },
          $defs: { a: { $anchor: 'a', type } },
        },
        { owner, direction: 'input' },
      ),
    );
    expect(await first?.validate({ a: 'x' })).toMatchObject({ valid: true });
    expect(await second?.validate({ a: 'x' })).toMatchObject({ valid: false });
  });

  it('keeps schemas apart that have the same $id deep inside', async () => {
    const compiler = new SchemaCompiler();
    const [first, second] = ['string', 'number'].map((type) =>
      compiler.compile(
        {
          type: 'object',
          properties: { a: { $ref: 'https://example.com/inner' } },
          $defs: { a: { $id: 'https://example.com/inner', type } },
        },
        { owner, direction: 'input' },
      ),
    );
    expect(await first?.validate({ a: 'x' })).toMatchObject({ valid: true });
    expect(await second?.validate({ a: 'x' })).toMatchObject({ valid: false });
    const stranger = { type: 'object', properties: { a: { $ref: 'https://example.com/inner' } } };
    expect(() => compiler.compile(stranger, { owner, direction: 'input' })).toThrow("can't resolve reference");
  });
});

describe('a schema that is wrong', () => {
  const deep = (levels: number): unknown => (levels === 0 ? {} : { not: deep(levels - 1) });

  it.each([
    ['no object at the root', { type: 'string' }, "must describe an object: write type: 'object'"],
    ['no type at the root', { properties: {} }, "must describe an object: write type: 'object'"],
    ['a type that does not exist', { type: 'object', properties: { a: { type: 'strin' } } }, 'schema is invalid'],
    ['required that is no array', { type: 'object', required: 'a' }, 'schema is invalid: data/required must be array'],
    ['an external $ref', { type: 'object', $ref: 'http://169.254.169.254/latest' }, "can't resolve reference"],
    ['a $ref that leads nowhere', { type: 'object', $ref: '#/$defs/none' }, "can't resolve reference"],
    ['another dialect', { $schema: 'http://json-schema.org/draft-03/schema#', type: 'object' }, 'is not supported'],
    ['a $schema that is no text', { $schema: 7, type: 'object' }, 'the dialect 7 is not supported'],
    ['more than 64 levels', { type: 'object', properties: { a: deep(64) } }, 'deeper than 64 levels'],
    [
      'more than 10000 parts',
      { type: 'object', allOf: Array.from({ length: 10_001 }, () => ({})) },
      'larger than 10000',
    ],
    ['an array', [], 'must be a JSON Schema'],
    ['a number', 7, 'must be a JSON Schema'],
    ['text', '{}', 'Give JSON.parse(text)'],
    ['a function', () => ({}), 'a function or class is no schema'],
    ['a number too large for JSON', { type: 'object', minimum: 7n }, 'cannot be written as JSON'],
    ['an impossible pattern', { type: 'object', properties: { a: { pattern: '(' } } }, 'Invalid regular expression'],
  ])('with %s is refused', (_what, schema, message) => {
    const text = mistake(schema);
    expect(text).toContain('invalid_schema: tool "x" inputSchema');
    expect(text).toContain(message);
  });
});

describe('a schema of a library', () => {
  const schema = z.object({ at: z.string().min(2), n: z.number().default(7) });

  it('is listed as JSON Schema, of its input or its output', () => {
    expect(compile(schema).json).toMatchObject({ type: 'object', properties: { n: { default: 7 } }, required: ['at'] });
    expect(compile(schema, 'output').json).toMatchObject({ required: ['at', 'n'] });
  });

  it('validates and converts as the library does, with paths', async () => {
    expect(await compile(schema).validate({ at: 'now' })).toEqual({ valid: true, value: { at: 'now', n: 7 } });
    const nested = z.object({ 'a/b': z.array(z.object({ c: z.string() })) });
    const outcome = await compile(nested).validate({ 'a/b': [{ c: 7 }] });
    expect(outcome).toMatchObject({ valid: false, issues: [{ path: '/a~1b/0/c' }] });
  });

  it('may name its path by objects', async () => {
    const custom = {
      '~standard': {
        version: 1,
        vendor: 'mine',
        validate: () => ({ issues: [{ message: 'is wrong', path: [{ key: 'a' }] }, { message: 'is bad' }] }),
        jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
      },
    };
    expect(await issuesOf(custom, {})).toBe('/a is wrong; is bad');
  });

  it('is refused when the library cannot give JSON Schema', () => {
    const without = { '~standard': { version: 1, vendor: 'mine', validate: () => ({ value: 1 }) } };
    expect(mistake(without)).toContain(
      'this schema of mine brings no JSON Schema: update mine if it can by now, or write JSON Schema',
    );
    expect(mistake(z.object({ d: z.date() }))).toContain('zod has no JSON Schema for it');
    const failing = () => {
      throw 'no reason'; // eslint-disable-line @typescript-eslint/only-throw-error -- libraries may
    };
    const broken = { '~standard': { version: 1, vendor: 'mine', validate: failing, jsonSchema: { input: failing } } };
    expect(mistake(broken)).toContain('mine has no JSON Schema for it: no reason');
  });
});

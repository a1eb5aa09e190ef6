import { describe, expect, it } from '@jest/globals';
import { SchemaCompiler } from '../../../lib/registry/schemas/schema-compiler.js';

interface KeywordCase {
  readonly what: string;
  readonly schema: object;
  readonly valid?: readonly unknown[];
  readonly invalid?: readonly unknown[];
}

const json = (text: string): unknown => JSON.parse(text);

/** The rules of JSON Schema 2020-12 for each keyword; validators often differ here. */
const cases: readonly KeywordCase[] = [
  { what: 'type', schema: { type: ['integer', 'null'] }, valid: [1, 1.0, null], invalid: [1.5, '1', [], {}] },
  { what: 'type: number of 1e400', schema: { type: 'number' }, valid: [0], invalid: [json('1e400')] },
  { what: 'enum', schema: { enum: [{ a: [1, { b: 2 }] }, 7] }, valid: [{ a: [1, { b: 2 }] }, 7], invalid: [{}, '7'] },
  {
    what: 'const',
    schema: { const: [0, { x: null }] },
    valid: [[-0, { x: null }]],
    invalid: [
      [0, {}],
      [false, {}],
    ],
  },
  {
    what: 'uniqueItems',
    schema: { uniqueItems: true },
    valid: [[1, '1', true]],
    invalid: [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  },
  { what: 'uniqueItems: false', schema: { uniqueItems: false }, valid: [[1, 1]] },
  { what: 'multipleOf', schema: { multipleOf: 0.01 }, valid: [19.99, 4], invalid: [0.001] },
  { what: 'maxLength', schema: { maxLength: 2 }, valid: ['\u{1F600}\u{1F600}'], invalid: ['abc'] },
  { what: 'pattern', schema: { pattern: '^\\p{Lu}+$' }, valid: ['ÄÖ'], invalid: ['a'] },
  { what: 'required', schema: { required: ['__proto__', 'toString'] }, invalid: [{}] },
  {
    what: 'a property __proto__',
    schema: json('{"properties":{"__proto__":{"type":"string"}},"additionalProperties":false}') as object,
    valid: [json('{"__proto__":"x"}')],
    invalid: [json('{"__proto__":1}'), { x: 1 }],
  },
  {
    what: 'patternProperties and additionalProperties',
    schema: { properties: { a: true }, patternProperties: { '^x': { type: 'number' } }, additionalProperties: false },
    valid: [{ a: 1, x1: 1 }],
    invalid: [{ x1: 'y' }, { b: 1 }, { constructor: 1 }],
  },
  { what: 'propertyNames', schema: { propertyNames: { maxLength: 2 } }, valid: [{ ab: 1 }], invalid: [{ abc: 1 }] },
  {
    what: 'contains',
    schema: { contains: { const: 1 }, minContains: 2, maxContains: 3 },
    valid: [[1, 1]],
    invalid: [[1], [1, 1, 1, 1]],
  },
  { what: 'minContains: 0', schema: { contains: { const: 1 }, minContains: 0 }, valid: [[], [2]] },
  { what: 'oneOf', schema: { oneOf: [{ minimum: 2 }, { maximum: 3 }] }, valid: [1, 4], invalid: [2.5] },
  { what: 'if without branches', schema: { if: false }, valid: [1] },
  { what: 'then without if', schema: { then: false }, valid: [1] },
  {
    what: 'dependentSchemas',
    schema: { dependentSchemas: { a: { required: ['b'] } } },
    valid: [{ a: 1, b: 1 }],
    invalid: [{ a: 1 }],
  },
  {
    what: 'unevaluatedProperties beside if',
    schema: {
      if: { properties: { k: { const: 1 } } },
      else: { properties: { b: true } },
      unevaluatedProperties: false,
    },
    valid: [{ k: 1 }, {}],
    invalid: [{ k: 2 }, { k: 2, b: 1 }, { k: 1, b: 1 }],
  },
  {
    what: 'unevaluatedProperties and names that objects inherit',
    schema: {
      anyOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 1 } } }],
      unevaluatedProperties: false,
    },
    valid: [{ a: 1 }],
    invalid: [{ a: 1, constructor: 1 }, json('{"a":1,"__proto__":1}')],
  },
  {
    what: 'unevaluatedProperties through a recursive reference',
    schema: {
      $ref: '#/$defs/n',
      unevaluatedProperties: false,
      $defs: { n: { properties: { next: { $ref: '#/$defs/n' }, v: { type: 'number' } } } },
    },
    valid: [{ v: 1, next: { v: 2, more: 1 } }],
    invalid: [{ v: 1, more: 1 }, { next: { v: 'x' } }],
  },
  {
    what: 'unevaluatedItems after a branch',
    schema: {
      anyOf: [{ prefixItems: [{ const: 1 }] }, { items: { type: 'string' } }, true],
      unevaluatedItems: { type: 'boolean' },
    },
    valid: [[1, true], ['a', 'b'], [true]],
    invalid: [
      [1, 2],
      ['a', 2],
    ],
  },
  {
    what: 'unevaluatedItems beside contains',
    schema: { prefixItems: [true], contains: { type: 'string' }, unevaluatedItems: false },
    valid: [[1, 'a'], ['a']],
    invalid: [[1, 'a', 2], [1]],
  },
  {
    what: '$dynamicRef to the outermost resource',
    schema: {
      $id: 'https://example.com/strict',
      $dynamicAnchor: 'node',
      $ref: 'tree',
      unevaluatedProperties: false,
      $defs: {
        tree: {
          $id: 'https://example.com/tree',
          $dynamicAnchor: 'node',
          properties: { data: true, children: { items: { $dynamicRef: '#node' } } },
        },
      },
    },
    valid: [{ children: [{ data: 1 }] }],
    invalid: [{ children: [{ daat: 1 }] }],
  },
];

describe('a keyword of 2020-12', () => {
  it.each(cases)('decides as the specification says: $what', async ({ schema, valid = [], invalid = [] }) => {
    const compiled = new SchemaCompiler().compile(schema, { owner: 'x', direction: 'output' });
    for (const value of valid) expect(await compiled.validate(value)).toEqual({ valid: true, value });
    for (const value of invalid) expect(await compiled.validate(value)).toMatchObject({ valid: false });
  });

  it('refuses a schema of more parts than can be compiled', () => {
    const schema = { anyOf: Array.from({ length: 1_001 }, () => ({})) };
    const compile = () => new SchemaCompiler().compile(schema, { owner: 'x', direction: 'output' });
    expect(compile).toThrow('has 1001 others directly in it, more than 1000');
  });

  it('compiles objects and unions of nine hundred parts', () => {
    const names = Array.from({ length: 900 }, (_each, at) => `k${at}`);
    const schema = {
      properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
      additionalProperties: { oneOf: names.map((value) => ({ const: value })) },
    };
    const compiled = new SchemaCompiler().compile(schema, { owner: 'x', direction: 'output' });
    expect(compiled.validate({ k899: 'x', other: 'k7' })).toMatchObject({ valid: true });
    expect(compiled.validate({ k899: 7 })).toMatchObject({ valid: false });
  });
});

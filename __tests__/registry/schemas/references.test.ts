import { describe, expect, it } from '@jest/globals';
import { SchemaCompiler } from '../../../lib/registry/schemas/schema-compiler.js';

const compile = (schema: object) =>
  new SchemaCompiler().compile(schema, { owner: 'tool "x" outputSchema', direction: 'output' });

async function isValid(schema: object, value: unknown): Promise<boolean> {
  return (await compile(schema).validate(value)).valid;
}

describe('a reference', () => {
  it.each([
    ['a relative $id', { $id: 'https://example.com/a', $defs: { b: { $id: 'b', type: 'string' } }, $ref: 'b' }],
    [
      'a pointer into another resource',
      { $defs: { b: { $id: 'b', $defs: { c: { type: 'string' } } } }, $ref: 'b#/$defs/c' },
    ],
    [
      'a pointer past a resource',
      { $defs: { b: { $id: 'b', $defs: { c: { type: 'string' } } } }, $ref: '#/$defs/b/$defs/c' },
    ],
    ['names with ~ and /', { $defs: { 'a/b~c': { type: 'string' } }, $ref: '#/$defs/a~1b~0c' }],
    ['names that are percent-encoded', { $defs: { 'a b': { type: 'string' } }, $ref: '#/$defs/a%20b' }],
    ['what is a schema only by the reference', { 'x-types': { text: { type: 'string' } }, $ref: '#/x-types/text' }],
    ['an item of a list', { $defs: { all: { allOf: [{ type: 'string' }] } }, $ref: '#/$defs/all/allOf/0' }],
    ['an anchor in another resource', { $defs: { b: { $id: 'b', $anchor: 'here', type: 'string' } }, $ref: 'b#here' }],
    ['a dynamic anchor by $ref', { $defs: { b: { $dynamicAnchor: 'here', type: 'string' } }, $ref: '#here' }],
    ['an anchor by $dynamicRef', { $defs: { b: { $anchor: 'here', type: 'string' } }, $dynamicRef: '#here' }],
    ['a pointer by $dynamicRef', { $defs: { b: { type: 'string' } }, $dynamicRef: '#/$defs/b' }],
  ])('leads to %s', async (_what, schema) => {
    expect([await isValid(schema, 'text'), await isValid(schema, 7)]).toEqual([true, false]);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('leads to the schema %s', async (_what, schema) => {
    expect(await isValid({ $defs: { a: schema }, $ref: '#/$defs/a' }, 7)).toBe(schema);
    expect(await isValid({ $defs: { a: schema }, $dynamicRef: '#/$defs/a' }, 7)).toBe(schema);
  });

  it('by $ref and one by $dynamicRef both count', async () => {
    const schema = {
      $defs: { a: { minimum: 3 }, b: { $dynamicAnchor: 'b', maximum: 5 } },
      $ref: '#/$defs/a',
      $dynamicRef: '#b',
    };
    expect([await isValid(schema, 2), await isValid(schema, 4), await isValid(schema, 6)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('by $dynamicRef leads to the outermost resource with the anchor', async () => {
    const list = { $id: 'list', $defs: { any: { $dynamicAnchor: 'item' } }, items: { $dynamicRef: '#item' } };
    const schema = {
      $id: 'https://example.com/texts',
      $defs: { list, text: { $dynamicAnchor: 'item', type: 'string' } },
      $ref: 'list',
    };
    expect([await isValid(schema, ['a']), await isValid(schema, [7])]).toEqual([true, false]);
    expect(await isValid({ ...list, $id: 'https://example.com/list' }, [7])).toBe(true);
  });

  it.each([
    ['#/$defs/none', 'can\'t resolve reference "#/$defs/none"'],
    ['#/$defs/toString', 'can\'t resolve reference "#/$defs/toString"'],
    ['#/$defs/a/type/0', 'can\'t resolve reference "#/$defs/a/type/0"'],
    ['#/$defs/a/type', 'can\'t resolve reference "#/$defs/a/type"'],
    ['#none', 'can\'t resolve reference "#none"'],
    ['#%zz', 'can\'t resolve reference "#%zz"'],
    ['none', 'can\'t resolve reference "none"'],
    ['http://[1', 'can\'t resolve reference "http://[1". Other documents are not fetched: put it below $defs'],
    [
      'https://example.com/b',
      'can\'t resolve reference "https://example.com/b". Other documents are not fetched: put it below $defs',
    ],
  ])('that leads nowhere is refused: %s', ($ref, message) => {
    expect(() => compile({ $defs: { a: { type: 'string' } }, $ref })).toThrow(`tool "x" outputSchema: ${message}`);
  });

  it.each([
    [
      'two schemas with one $id',
      { $defs: { a: { $id: 'a' }, b: { $id: 'a' } } },
      'reference "json-schema:///a" resolves to more than one schema',
    ],
    [
      'two schemas with one anchor',
      { $defs: { a: { $anchor: 'a' }, b: { $anchor: 'a' } } },
      'reference "json-schema:///#a" resolves to more than one schema',
    ],
    ['an $id that is no URI', { $id: 'http://[1' }, 'the $id "http://[1" is no URI'],
    ['a place that is no schema by its keywords', { 'x-a': { type: 'text' }, $ref: '#/x-a' }, 'schema is invalid'],
    ['a reference to itself', { $ref: '#' }, 'a $ref leads back to itself without going into the value'],
    [
      'two that lead to each other',
      { $defs: { a: { $ref: '#/$defs/b' }, b: { $dynamicRef: '#/$defs/a' } } },
      'a $ref leads back to itself without going into the value',
    ],
  ])('is refused with %s', (_what, schema, message) => {
    expect(() => compile(schema)).toThrow(message);
  });
});

describe('the root of an input schema', () => {
  const rootOf = (schema: object) =>
    new SchemaCompiler().compile(schema, { owner: 'tool "x" inputSchema', direction: 'input' }).json['type'];
  const object = { type: 'object' };

  it.each([
    ['false', { allOf: [false] }],
    ['a list of types', { type: ['object'] }],
    ['a branch of allOf', { allOf: [{ minProperties: 1 }, object] }],
    ['each branch of anyOf', { anyOf: [object, { allOf: [object] }] }],
    ['each branch of oneOf', { oneOf: [object, { enum: [{ a: 1 }] }, { const: {} }] }],
    ['a reference', { $defs: { a: object }, $ref: '#/$defs/a' }],
    ['both sides of a condition', { if: { required: ['a'] }, then: object, else: object }],
  ])('says object by %s, and is given the type', (_what, schema) => {
    expect(rootOf(schema)).toBe('object');
  });

  it('keeps $schema in front of the type', () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', anyOf: [object] };
    const { json } = new SchemaCompiler().compile(schema, { owner: 'tool "x" inputSchema', direction: 'input' });
    expect(Object.keys(json)).toEqual(['$schema', 'type', 'anyOf']);
  });

  it.each([
    ['true', { allOf: [true] }],
    ['another type', { type: 'array' }],
    ['types of which one is another', { type: ['object', 'null'] }],
    ['one branch without it', { anyOf: [object, { minProperties: 1 }] }],
    ['a reference without it', { $defs: { a: { minProperties: 1 } }, $ref: '#/$defs/a' }],
    ['one side of a condition', { if: { required: ['a'] }, then: object }],
    ['values at the root', { enum: [{}] }],
    ['one value at the root', { const: {} }],
    ['values that are others too', { allOf: [{ enum: [{}, 7] }] }],
  ])('is refused where it may be something else: %s', (_what, schema) => {
    expect(() => rootOf(schema)).toThrow('tool "x" inputSchema must describe an object: ');
  });
});

describe('conditions and searches beside unevaluated…', () => {
  it.each([
    [
      'then evaluates',
      { if: { required: ['a'] }, then: { properties: { a: true } }, unevaluatedProperties: false },
      { a: 1 },
      { b: 1 },
    ],
    [
      'else evaluates',
      { if: { required: ['a'] }, else: { properties: { b: true } }, unevaluatedProperties: false },
      { b: 1 },
      { a: 1 },
    ],
    [
      'if evaluates',
      { if: { properties: { a: true }, required: ['a'] }, unevaluatedProperties: false },
      { a: 1 },
      { b: 1 },
    ],
    [
      'a schema for the rest',
      { properties: { a: true }, unevaluatedProperties: { type: 'string' } },
      { a: 1, b: 'x' },
      { b: 1 },
    ],
    [
      'all are evaluated',
      { additionalProperties: true, allOf: [{ maxProperties: 1 }], unevaluatedProperties: false },
      { a: 1 },
      { a: 1, b: 2 },
    ],
    [
      'a name that objects inherit',
      { anyOf: [{ properties: { a: true } }], unevaluatedProperties: false },
      { a: 1 },
      { constructor: 1 },
    ],
    ['contains evaluates what fits', { contains: { type: 'string' }, unevaluatedItems: false }, ['a'], ['a', 1]],
    [
      'contains of allOf evaluates',
      { allOf: [{ contains: { type: 'string' } }], unevaluatedItems: { type: 'null' } },
      ['a', null],
      ['a', 1],
    ],
    [
      'minContains counts',
      { contains: { type: 'string' }, minContains: 2, maxContains: 3, unevaluatedItems: false },
      ['a', 'b'],
      ['a'],
    ],
    ['all items are evaluated', { items: { type: 'string' }, unevaluatedItems: false }, ['a'], [1]],
    [
      'a branch decides how many',
      { anyOf: [{ prefixItems: [{ const: 1 }] }, { prefixItems: [true, { const: 2 }] }], unevaluatedItems: false },
      [0, 2],
      [0, 2, 3],
    ],
  ])('%s', async (_what, schema, good, bad) => {
    expect([await isValid(schema, good), await isValid(schema, bad)]).toEqual([true, false]);
  });

  it('a condition without branches accepts everything', async () => {
    expect(await isValid({ if: false }, 7)).toBe(true);
    expect(await isValid({ then: false, else: false }, 7)).toBe(true);
  });

  it('a property __proto__ is found beside patterns of that name', async () => {
    const schema = JSON.parse(
      '{"properties":{"__proto__":{"type":"string"}},"patternProperties":{"__proto__":{"maxLength":2},"^a":true}}',
    ) as object;
    expect(await isValid(schema, JSON.parse('{"__proto__":"ab"}'))).toBe(true);
    expect(await isValid(schema, JSON.parse('{"__proto__":"abc"}'))).toBe(false);
    expect(await isValid(schema, JSON.parse('{"__proto__":7}'))).toBe(false);
  });

  it('a hundred schemas side by side are compiled on their own', async () => {
    const anyOf = Array.from({ length: 120 }, (_none, index) => ({ const: index }));
    expect([await isValid({ allOf: [{ anyOf }] }, 119), await isValid({ allOf: [{ anyOf }] }, 120)]).toEqual([
      true,
      false,
    ]);
  });

  it('a thousand and one of them are too many', () => {
    const anyOf = Array.from({ length: 1001 }, (_none, index) => ({ const: index }));
    expect(() => compile({ anyOf })).toThrow(
      'a schema has 1001 others directly in it, more than 1000. Make it simpler.',
    );
  });

  it('a row of references that is too long for the stack is refused', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 600 }, (_none, index) => [`a${index}`, { allOf: [{ $ref: `#/$defs/a${index + 1}` }] }]),
    );
    expect(() => compile({ $defs: { ...$defs, a600: true }, $ref: '#/$defs/a0' })).toThrow(
      'it is deeper than 1000 levels when its references are followed',
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { toCurrentDialect } from '../../../lib/registry/schemas/dialects.js';

const draft07 = 'http://json-schema.org/draft-07/schema#';
const draft06 = 'http://json-schema.org/draft-06/schema#';
const of2019 = 'https://json-schema.org/draft/2019-09/schema';
const current = 'https://json-schema.org/draft/2020-12/schema';

const translated = (schema: object) => toCurrentDialect(schema as Record<string, unknown>, 'tool "x" inputSchema');

describe('a schema of an older dialect', () => {
  it.each([
    [
      'a list below items',
      { items: [{ type: 'string' }], additionalItems: false },
      { prefixItems: [{ type: 'string' }], items: false },
    ],
    ['an empty list below items', { items: [], additionalItems: { type: 'null' } }, { items: { type: 'null' } }],
    ['items without a list', { items: { type: 'string' }, additionalItems: false }, { items: { type: 'string' } }],
    ['dependencies on names', { dependencies: { a: ['b'] } }, { dependentRequired: { a: ['b'] } }],
    [
      'dependencies on schemas',
      { dependencies: { a: { required: ['b'] } } },
      { dependentSchemas: { a: { required: ['b'] } } },
    ],
    [
      'dependencies of both kinds',
      { dependencies: { a: ['b'], c: false } },
      { dependentRequired: { a: ['b'] }, dependentSchemas: { c: false } },
    ],
    ['dependencies that are none', { dependencies: 7 }, { dependencies: 7 }],
    [
      'an $id that is an anchor',
      { definitions: { a: { $id: '#a', type: 'string' } } },
      { definitions: { a: { $anchor: 'a', type: 'string' } } },
    ],
    ['an $id with an empty fragment', { $id: 'https://example.com/a#' }, { $id: 'https://example.com/a' }],
    ['an $id with both', { $id: 'https://example.com/a#b' }, { $id: 'https://example.com/a', $anchor: 'b' }],
    ['an $id without fragment', { $id: 'https://example.com/a' }, { $id: 'https://example.com/a' }],
    [
      'members beside a $ref, which mean nothing there',
      { properties: { a: { $ref: '#/definitions/b', maxLength: 3, title: 'A' } } },
      { properties: { a: { $ref: '#/definitions/b', title: 'A' } } },
    ],
    [
      'keywords that it does not have',
      { unevaluatedProperties: false, minContains: 2, type: 'object' },
      { type: 'object' },
    ],
    [
      'a $schema inside',
      { properties: { a: { $schema: draft07, items: [true] } } },
      { properties: { a: { prefixItems: [true] } } },
    ],
  ])('of draft-07 is written in 2020-12: %s', (_what, schema, expected) => {
    expect(translated({ $schema: draft07, ...schema })).toEqual({ $schema: current, ...expected });
  });

  it.each([
    [
      'a place in a list below items',
      { properties: { p: { items: [{}, {}] } } },
      '#/properties/p/items/1',
      '#/properties/p/prefixItems/1',
    ],
    [
      'what follows a list',
      { properties: { p: { items: [{}], additionalItems: {} } } },
      '#/properties/p/additionalItems',
      '#/properties/p/items',
    ],
    [
      'a place deeper inside',
      { items: [{ items: { dependencies: { 'a/b': {} } } }] },
      '#/items/0/items/dependencies/a~1b',
      '#/prefixItems/0/items/dependentSchemas/a~1b',
    ],
    ['items that stay', { items: { items: {} } }, '#/items/items', '#/items/items'],
    [
      'a property of such a name',
      { properties: { items: { items: [{}] }, dependencies: {} } },
      '#/properties/items/items/0',
      '#/properties/items/prefixItems/0',
    ],
    [
      'a property called dependencies',
      { properties: { dependencies: {} } },
      '#/properties/dependencies',
      '#/properties/dependencies',
    ],
    [
      'a name in percent encoding',
      { definitions: { 'a b%': { items: [{}] } } },
      '#/definitions/a%20b%25/items/0',
      '#/definitions/a%20b%25/prefixItems/0',
    ],
    [
      'a percent sign of its own',
      { definitions: { '%': { items: [{}] } } },
      '#/definitions/%/items/0',
      '#/definitions/%/prefixItems/0',
    ],
    ['nowhere', { properties: {} }, '#/properties/p/items/0', '#/properties/p/items/0'],
    ['a list itself', { items: [{}] }, '#/items', '#/prefixItems'],
    ['data', { default: { items: [{}] } }, '#/default/items/0', '#/default/items/0'],
    ['another document', { items: [{}] }, 'https://example.com/#/items/0', 'https://example.com/#/items/0'],
  ])('keeps a reference by pointer: to %s', (_what, schema, $ref, expected) => {
    expect(translated({ $schema: draft07, ...schema, not: { $ref } })).toMatchObject({ not: { $ref: expected } });
  });

  it('keeps a reference by pointer within the resource that it is in', () => {
    const inner = {
      $id: 'inner',
      items: [{}],
      contains: { $ref: '#/items/0' },
      not: { $id: '#here', $ref: '#/items/0' },
    };
    const outer = {
      $id: 'https://example.com/',
      definitions: { inner, items: [{}] },
      not: { $ref: '#/definitions/inner/items/0' },
    };
    expect(translated({ $schema: draft07, ...outer })).toMatchObject({
      definitions: { inner: { contains: { $ref: '#/prefixItems/0' }, not: { $ref: '#/prefixItems/0' } } },
      not: { $ref: '#/definitions/inner/prefixItems/0' },
    });
    const draft04 = {
      $schema: 'http://json-schema.org/draft-04/schema#',
      not: { id: 'inner', items: [{}], anyOf: [{ $ref: '#/items/0' }] },
    };
    expect(translated(draft04)).toMatchObject({ not: { $id: 'inner', anyOf: [{ $ref: '#/prefixItems/0' }] } });
  });

  it('keeps a reference by pointer if a schema without a label has a list below items', () => {
    expect(
      translated({
        items: [{}],
        dependencies: { a: {} },
        not: { anyOf: [{ $ref: '#/items/0' }, { $ref: '#/dependencies/a' }] },
      }),
    ).toMatchObject({
      not: { anyOf: [{ $ref: '#/prefixItems/0' }, { $ref: '#/dependencies/a' }] },
    });
  });

  it('of draft-06 has no conditions', () => {
    expect(translated({ $schema: draft06, if: { type: 'string' }, then: false, maximum: 3 })).toEqual({
      $schema: current,
      maximum: 3,
    });
  });

  it.each([
    ['a $ref with other members', { $ref: '#/$defs/a', maxLength: 3 }, { $ref: '#/$defs/a', maxLength: 3 }],
    ['$recursiveRef', { properties: { a: { $recursiveRef: '#' } } }, { properties: { a: { $ref: '#' } } }],
    [
      '$recursiveRef beside $ref',
      { $recursiveRef: '#', $ref: '#/$defs/a' },
      { $ref: '#/$defs/a', allOf: [{ $ref: '#' }] },
    ],
    [
      '$recursiveRef beside $ref and allOf',
      { $recursiveRef: '#', $ref: '#/$defs/a', allOf: [{ type: 'object' }] },
      { $ref: '#/$defs/a', allOf: [{ type: 'object' }, { $ref: '#' }] },
    ],
    ['$recursiveAnchor: false', { $recursiveAnchor: false, type: 'object' }, { type: 'object' }],
  ])('of 2019-09 is written in 2020-12: %s', (_what, schema, expected) => {
    expect(translated({ $schema: of2019, ...schema })).toEqual({ $schema: current, ...expected });
  });

  it.each([
    ['$recursiveAnchor', { $recursiveAnchor: true }, '$recursiveAnchor'],
    [
      'unevaluatedItems beside contains',
      { contains: true, unevaluatedItems: false },
      'unevaluatedItems beside contains',
    ],
  ])('of 2019-09 is refused with %s, which means something else today', (_what, schema, word) => {
    expect(() => translated({ $schema: of2019, ...schema })).toThrow(
      `tool "x" inputSchema: ${word} of 2019-09 means something else in 2020-12. Write the schema in ${current}.`,
    );
  });

  it.each([
    'https://json-schema.org/draft/2020-12/schema#',
    'HTTPS://www.json-schema.org/draft/2020-12/schema/',
    'https://spec.openapis.org/oas/3.1/dialect/base',
  ])('is one of 2020-12 by %s', ($schema) => {
    expect(translated({ $schema, type: 'object' })).toEqual({ $schema: current, type: 'object' });
  });

  it.each(['http://json-schema.org/draft-03/schema#', 7, 'constructor'])('is refused by the dialect %j', ($schema) => {
    expect(() => translated({ $schema })).toThrow(
      `tool "x" inputSchema: the dialect ${JSON.stringify($schema)} is not supported. Use ${current}, or leave $schema out.`,
    );
  });

  it('keeps members that have the name of the prototype', () => {
    const schema = JSON.parse(
      `{"$schema":"${draft07}","properties":{"__proto__":{"items":[true]},"a":true}}`,
    ) as object;
    expect(JSON.stringify(translated(schema))).toBe(
      `{"$schema":"${current}","properties":{"__proto__":{"prefixItems":[true]},"a":true}}`,
    );
  });
});

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

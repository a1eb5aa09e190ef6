import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../lib/index.js';
import { compileHeaderParameters } from '../../lib/registry/schemas/header-parameters.js';

const owner = 'tool "x" inputSchema';
const region = { type: 'string', 'x-mcp-header': 'Region' };
const named = (header: unknown, type = 'string'): object => ({
  type: 'object',
  properties: { a: { type, 'x-mcp-header': header } },
});

function mistake(schema: object): string {
  try {
    compileHeaderParameters(schema as Readonly<Record<string, unknown>>, owner);
  } catch (error) {
    if (error instanceof ConfigurationError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

const isNoName = 'invalid_schema: tool "x" inputSchema: x-mcp-header must be the name of a header field.';
const isNoPrimitive = (name: string): string =>
  `invalid_schema: tool "x" inputSchema: x-mcp-header "${name}" must be on a property of type string, integer or boolean.`;
const isOutOfReach =
  'invalid_schema: tool "x" inputSchema: x-mcp-header stands where it cannot be found by properties alone, such as below items, anyOf or $defs.';

describe('x-mcp-header', () => {
  it('names a header field for each argument that has it, however deep properties lead', () => {
    const schema = {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        'x-mcp-header': { type: 'string' },
        options: { type: 'object', properties: { limit: { type: 'integer', 'x-mcp-header': 'Row-Limit' } } },
        dry: { type: 'boolean', 'x-mcp-header': "!#$%&'*+-.^_`|~09aZ" },
      },
    };
    expect(compileHeaderParameters(schema, owner)).toEqual([
      { field: 'Mcp-Param-Region', path: ['region'], type: 'string' },
      { field: 'Mcp-Param-Row-Limit', path: ['options', 'limit'], type: 'integer' },
      { field: "Mcp-Param-!#$%&'*+-.^_`|~09aZ", path: ['dry'], type: 'boolean' },
    ]);
  });

  it('is a value like any other in const, enum, default and examples', () => {
    const value = { 'x-mcp-header': 'Region' };
    const schema = { properties: { a: { const: value, enum: [value], default: value, examples: [value] } } };
    expect(compileHeaderParameters(schema, owner)).toEqual([]);
  });

  it.each([
    ['is empty', ''],
    ['has a space', 'My Region'],
    ['has a colon', 'Region:'],
    ['has a line feed', 'Region\n'],
    ['has a carriage return', 'Re\rgion'],
    ['has another control character', 'Re\u0000gion'],
    ['is beyond ASCII', 'Größe'],
    ['is no text', 7],
  ])('is refused when its name %s', (_what, header) => {
    expect(mistake(named(header))).toBe(isNoName);
  });

  it('is refused when two names differ in case only, also when one is nested', () => {
    const inner = { type: 'object', properties: { b: { type: 'string', 'x-mcp-header': 'rEGION' } } };
    const schema = { type: 'object', properties: { a: region, inner } };
    expect(mistake(schema)).toBe('invalid_schema: tool "x" inputSchema: x-mcp-header names "rEGION" twice.');
  });

  it.each(['number', 'object', 'array', 'null'])('is refused on a property of type %s', (type) => {
    expect(mistake(named('Region', type))).toBe(isNoPrimitive('Region'));
  });

  it('is refused on a property of several types, and on one of none', () => {
    const several = { properties: { a: { type: ['string', 'number'], 'x-mcp-header': 'Region' } } };
    expect(mistake(several)).toBe(isNoPrimitive('Region'));
    expect(mistake({ properties: { a: { 'x-mcp-header': 'Region' } } })).toBe(isNoPrimitive('Region'));
  });

  const properties = { a: region };
  it.each<[string, object]>([
    ['items', { properties: { list: { type: 'array', items: { properties } } } }],
    ['prefixItems', { properties: { list: { type: 'array', prefixItems: [{ properties }] } } }],
    ['contains', { properties: { list: { type: 'array', contains: { properties } } } }],
    ['anyOf', { anyOf: [{ properties }] }],
    ['oneOf', { oneOf: [{ properties }] }],
    ['allOf', { allOf: [{ properties }] }],
    ['not', { not: { properties } }],
    ['if', { if: { properties } }],
    ['then', { then: { properties } }],
    ['else', { else: { properties } }],
    ['a $ref to $defs', { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: region } }],
    ['a $ref to definitions', { properties: { a: { $ref: '#/definitions/a' } }, definitions: { a: region } }],
    ['patternProperties', { patternProperties: { '^a': region } }],
    ['additionalProperties', { additionalProperties: region }],
    ['dependentSchemas', { dependentSchemas: { a: { properties } } }],
    ['nothing, on the schema itself', { type: 'string', 'x-mcp-header': 'Region' }],
  ])('is refused where one gets to it through %s', (_what, schema) => {
    expect(mistake(schema)).toBe(isOutOfReach);
  });
});

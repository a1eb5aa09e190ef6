import { formats } from '../../../lib/registry/schemas/checks/formats.js';

/** A schema of one member `a`, and a value for it of any size. */
export interface KeywordSchema {
  readonly title: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly value: (size: number) => unknown;
  /** With the keywords that are annotations unless `checkFormats` is on. */
  readonly checkFormats?: boolean;
}

const of = (a: unknown, more: object = {}) => ({ type: 'object', properties: { a }, ...more });
const list =
  (make: (at: number) => unknown) =>
  (size: number): unknown =>
    Array.from({ length: size }, (_each, at) => make(at));
const members = (make: (at: number) => unknown) => (size: number) =>
  Object.fromEntries(Array.from({ length: size }, (_each, at) => [`k${String(at)}`, make(at)]));
const text =
  (repeated: string, end = '') =>
  (size: number) =>
    repeated.repeat(size) + end;
const draft07 = { $schema: 'http://json-schema.org/draft-07/schema#' };
const draft2019 = { $schema: 'https://json-schema.org/draft/2019-09/schema' };
const node = { type: 'object', properties: { v: { type: 'number' } } };
const tree = (size: number): unknown => ({
  v: 1,
  c: Array.from({ length: Math.ceil(size / 20) }, () => ({ v: 2, c: Array.from({ length: 20 }, () => ({ v: 3 })) })),
});

/** Schemas that together have every keyword which can look at a value, in the ways that can cost most. */
export const keywordSchemas: readonly KeywordSchema[] = [
  { title: 'type, items', schema: of({ items: { type: ['string', 'number'] } }), value: list((at) => at) },
  { title: 'type, items, all wrong', schema: of({ items: { type: 'string' } }), value: list((at) => at) },
  {
    title: 'enum of objects',
    schema: of({ items: { enum: [{ a: 1 }, { b: [2] }, 7] } }),
    value: list(() => ({ b: [2] })),
  },
  { title: 'const', schema: of({ items: { const: { a: [1, { b: 2 }] } } }), value: list(() => ({ a: [1, { b: 2 }] })) },
  { title: 'const that is long', schema: of({ const: 'x'.repeat(100_000) }), value: text('x') },
  {
    title: 'minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf',
    schema: of({ items: { minimum: 0, maximum: 1e9, exclusiveMinimum: -1, exclusiveMaximum: 2e9, multipleOf: 0.01 } }),
    value: list((at) => at / 100),
  },
  { title: 'minLength, maxLength', schema: of({ minLength: 3, maxLength: 1e7 }), value: text('\u{1F600}') },
  { title: 'pattern that goes back', schema: of({ pattern: '^([a-z0-9]+[._-]?)+@x$' }), value: text('a') },
  { title: 'pattern with alternatives', schema: of({ pattern: '(a|ab|abc)*d$' }), value: text('abc') },
  { title: 'pattern that begins anywhere', schema: of({ pattern: 'a+b+c+d$' }), value: text('a') },
  {
    title: 'pattern in many places',
    schema: of({ items: { pattern: '^(a?){10}a{10}$' } }),
    value: list(() => 'aaaaaaaaaa'),
  },
  {
    title: 'minItems, maxItems, uniqueItems of objects',
    schema: of({ minItems: 1, maxItems: 1e6, uniqueItems: true }),
    value: list((at) => ({ at })),
  },
  {
    title: 'uniqueItems of long texts',
    schema: of({ uniqueItems: true }),
    value: list((at) => `${'x'.repeat(30)}${String(at)}`),
  },
  { title: 'uniqueItems of lists of lists', schema: of({ uniqueItems: true }), value: list((at) => [[[at]]]) },
  { title: 'uniqueItems of numbers that are alike', schema: of({ uniqueItems: true }), value: list((at) => at + 0.5) },
  {
    title: 'contains, minContains, maxContains',
    schema: of({ contains: { const: -1 }, minContains: 0, maxContains: 1 }),
    value: list((at) => at),
  },
  {
    title: 'prefixItems, unevaluatedItems',
    schema: of({ prefixItems: [true], contains: { type: 'number' }, unevaluatedItems: false }),
    value: list((at) => at),
  },
  {
    title: 'additionalItems',
    schema: of({ items: [true], additionalItems: { type: 'number' } }, draft07),
    value: list((at) => at),
  },
  {
    title: 'minProperties, maxProperties, propertyNames, additionalProperties',
    schema: of({
      minProperties: 1,
      maxProperties: 1e6,
      propertyNames: { maxLength: 9 },
      additionalProperties: { type: 'number' },
    }),
    value: members((at) => at),
  },
  {
    title: 'properties, required',
    schema: of({ items: { properties: { k: { type: 'number' } }, required: ['k'] } }),
    value: list((k) => ({ k })),
  },
  { title: 'required, all missing', schema: of({ items: { required: ['x', 'y'] } }), value: list((k) => ({ k })) },
  {
    title: 'patternProperties',
    schema: of({ patternProperties: { '(k+)+[0-9]*$': true, '^k': { type: 'number' } }, additionalProperties: false }),
    value: members((at) => at),
  },
  {
    title: 'unevaluatedProperties',
    schema: of({
      anyOf: [{ patternProperties: { k: true } }, { properties: { x: true } }],
      unevaluatedProperties: false,
    }),
    value: members((at) => at),
  },
  {
    title: 'unevaluatedProperties below each other',
    schema: of({ items: { allOf: [{ properties: { k: true } }], unevaluatedProperties: false } }),
    value: list((k) => ({ k })),
  },
  {
    title: 'dependentSchemas, dependentRequired',
    schema: of({ dependentSchemas: { k1: { minProperties: 1 } }, dependentRequired: { k2: ['k3'] } }),
    value: members((at) => at),
  },
  {
    title: 'dependencies',
    schema: of({ dependencies: { k1: ['k2'], k3: { minProperties: 1 } } }, draft07),
    value: members((at) => at),
  },
  {
    title: 'allOf, anyOf, oneOf, not',
    schema: of({
      items: {
        allOf: [{ type: 'number' }],
        anyOf: [{ type: 'string' }, { minimum: 0 }],
        oneOf: [{ type: 'string' }, { maximum: 1e9 }],
        not: { const: -1 },
      },
    }),
    value: list((at) => at),
  },
  {
    title: 'oneOf, none fits',
    schema: of({ items: { oneOf: [{ type: 'string' }, { required: ['x'] }, { maximum: -1 }] } }),
    value: list((at) => at),
  },
  {
    title: 'if, then, else',
    schema: of({ items: { if: { type: 'number' }, then: { minimum: 0 }, else: { maxLength: 3 } } }),
    value: list((at) => (at % 2 === 0 ? at : 'x')),
  },
  {
    title: '$ref, $defs that recur',
    schema: of(
      { $ref: '#/$defs/n' },
      { $defs: { n: { ...node, properties: { ...node.properties, c: { items: { $ref: '#/$defs/n' } } } } } },
    ),
    value: tree,
  },
  {
    title: '$ref to definitions',
    schema: of({ items: { $ref: '#/definitions/n' } }, { ...draft07, definitions: { n: node } }),
    value: list((v) => ({ v })),
  },
  {
    title: '$ref, a union that recurs',
    schema: of(
      { $ref: '#/$defs/e' },
      {
        $defs: {
          e: {
            anyOf: [
              { ...node, properties: { c: { items: { $ref: '#/$defs/e' } } }, required: ['x'] },
              { ...node, properties: { c: { items: { $ref: '#/$defs/e' } } } },
            ],
          },
        },
      },
    ),
    value: tree,
  },
  {
    title: '$dynamicRef, $dynamicAnchor',
    schema: of(
      { $ref: '#/$defs/n' },
      { $defs: { n: { $dynamicAnchor: 'n', properties: { c: { items: { $dynamicRef: '#n' } } } } } },
    ),
    value: tree,
  },
  {
    title: '$anchor, $id',
    schema: of(
      { items: { $ref: '#n' } },
      { $id: 'https://example.com/s', $defs: { n: { $anchor: 'n', type: 'object' } } },
    ),
    value: list((v) => ({ v })),
  },
  {
    title: '$recursiveRef',
    schema: of({ items: { $recursiveRef: '#' } }, draft2019),
    value: list(() => ({ a: [] })),
  },
  {
    title: 'annotations',
    schema: of({
      ...{
        title: 't',
        description: 'd',
        default: [],
        examples: [[1]],
        deprecated: true,
        readOnly: false,
        writeOnly: false,
      },
      ...{
        $comment: 'c',
        contentEncoding: 'base64',
        contentMediaType: 'application/json',
        contentSchema: { type: 'object' },
        format: 'email',
      },
    }),
    value: text('x'),
  },
  ...Object.keys(formats).map((format) => ({
    title: `format ${format}`,
    schema: of({ type: 'string', format }),
    value: text({ uri: 'http://a/', email: 'a@a.', ipv6: 'a:', hostname: 'a.', duration: 'P1Y' }[format] ?? '1-'),
    checkFormats: true,
  })),
];

/** Keywords that hold no part of a value, and cannot be written into a schema that is registered here. */
export const keywordsWithoutCost: Readonly<Record<string, string>> = {
  $recursiveAnchor: 'is refused: it means something else in 2020-12',
  $vocabulary: 'is about dialects',
  $schema: 'names the dialect',
  $async: 'is no word of any dialect: it is taken out',
};

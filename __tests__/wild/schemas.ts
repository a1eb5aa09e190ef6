/** A schema as people send it, with values and their expected validity. Most come from public reports, rewritten. */
export interface WildSchema {
  readonly from: string;
  readonly schema: object;
  readonly valid?: readonly unknown[];
  readonly invalid?: readonly unknown[];
  /** The schema in lists, if it differs. */
  readonly listed?: object;
}

const object = { type: 'object' } as const;
const current = 'https://json-schema.org/draft/2020-12/schema';
const of = (a: unknown) => ({ type: 'object', properties: { a } });

/** Schemas that register. */
export const wildSchemas: readonly WildSchema[] = [
  // The validator's own language
  {
    from: 'ajv: $async',
    schema: { $async: true, ...of({ type: 'string' }) },
    valid: [{ a: 'x' }],
    invalid: [{ a: {} }],
  },
  {
    from: 'OpenAPI 3.0: nullable without type',
    schema: of({ nullable: true, allOf: [{ type: 'string' }] }),
    valid: [{ a: 'x' }],
    invalid: [{ a: null }],
  },
  { from: 'OpenAPI 3.0: nullable beside type', schema: of({ nullable: true, type: 'string' }), invalid: [{ a: null }] },
  {
    from: 'OpenAPI 3.0: nullable is false',
    schema: of({ type: ['string', 'null'], nullable: false }),
    valid: [{ a: null }],
  },
  { from: 'draft-04: id', schema: of({ id: 'x', type: 'string' }), valid: [{ a: 'x' }] },
  {
    from: 'OpenAPI: discriminator',
    schema: of({
      discriminator: { propertyName: 'k' },
      oneOf: [{ properties: { k: { const: 1 } } }, { properties: { k: { const: 2 } } }],
    }),
    valid: [{ a: { k: 1 } }],
    invalid: [{ a: { k: 3 } }],
  },
  {
    from: 'ajv-keywords: instanceof, transform, $data',
    schema: of({ type: 'number', maximum: 5, instanceof: 'Date', transform: ['trim'], $merge: {} }),
    valid: [{ a: 5 }],
    invalid: [{ a: 6 }],
  },
  { from: 'TypeBox: kind as text', schema: of({ '~kind': 'String', type: 'string' }), invalid: [{ a: 1 }] },
  {
    from: 'generators: misspelt and own keywords',
    schema: of({ type: 'string', 'x-order': 1, strict: true, required: [] }),
    valid: [{ a: 'x' }],
  },
  // Patterns
  {
    from: 'needless escapes',
    schema: of({ pattern: String.raw`^https\:\/\/` }),
    valid: [{ a: 'https://x' }],
    invalid: [{ a: 'ftp://x' }],
  },
  { from: 'needless escape of #', schema: of({ pattern: String.raw`\#` }), valid: [{ a: '#' }], invalid: [{ a: 'x' }] },
  {
    from: 'needless escape of _',
    schema: of({ pattern: String.raw`^\_` }),
    valid: [{ a: '_' }],
    invalid: [{ a: 'x' }],
  },
  {
    from: 'needless escapes beside a property (names in Java and Python)',
    schema: of({ pattern: String.raw`^[\p{L}\_\'\-]+\-\p{Lu}$` }),
    valid: [{ a: "É_'-x-Ä" }],
    invalid: [{ a: 'p{L}-X' }, { a: 'x-y' }],
  },
  {
    from: 'a hyphen beside a class, and a property',
    schema: of({ pattern: String.raw`^[\p{L}-. \d-_]+$` }),
    valid: [{ a: 'Ö-. 5-_' }],
    invalid: [{ a: 'a/b' }, { a: '' }],
  },
  {
    from: 'lone brackets beside a property',
    schema: of({ pattern: String.raw`^{\p{Lu}{2,3}}]$` }),
    valid: [{ a: '{ÄB}]' }],
    invalid: [{ a: '{A}]' }, { a: 'ÄB' }],
  },
  {
    from: 'needless escapes beside a character beyond the basic plane',
    schema: of({ pattern: String.raw`^\-[\u{1F600}-\u{1F64F}]$` }),
    valid: [{ a: '-\u{1F601}' }],
    invalid: [{ a: '\u{1F601}' }, { a: '-x' }],
  },
  {
    from: 'needless escapes in a name',
    schema: { ...object, patternProperties: { [String.raw`^x\:`]: { type: 'string' } } },
    invalid: [{ 'x:': 1 }],
  },
  // Dialects
  ...['http://json-schema.org/schema#', 'http://json-schema.org/schema', 'https://json-schema.org/schema'].map(
    ($schema) => ({
      from: `the newest draft by ${$schema}`,
      schema: { $schema, ...object, properties: { a: { type: 'string' }, b: { items: [{ type: 'string' }] } } },
      valid: [{ a: 'x', b: ['y', 1] }],
      invalid: [{ a: 1 }, { b: [1] }],
    }),
  ),
  {
    from: 'http instead of https',
    schema: { $schema: 'http://json-schema.org/draft/2020-12/schema', ...object },
    listed: { $schema: current, ...object },
  },
  { from: 'an empty fragment', schema: { $schema: `${current}#`, ...object }, listed: { $schema: current, ...object } },
  {
    from: 'https instead of http',
    schema: { $schema: 'https://json-schema.org/draft-07/schema', ...object },
    listed: { $schema: current, ...object },
  },
  {
    from: 'OpenAPI 3.1',
    schema: { $schema: 'https://spec.openapis.org/oas/3.1/dialect/base', ...object },
    listed: { $schema: current, ...object },
  },
  {
    from: '2019-09 with a list of items',
    schema: {
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      ...of({ items: [{ type: 'string' }], additionalItems: false }),
    },
    listed: { $schema: current, ...of({ prefixItems: [{ type: 'string' }], items: false }) },
    valid: [{ a: ['x'] }],
    invalid: [{ a: ['x', 1] }, { a: [1] }],
  },
  {
    from: '2019-09: $recursiveRef',
    schema: {
      $schema: 'https://json-schema.org/draft/2019-09/schema',
      ...object,
      additionalProperties: { $recursiveRef: '#' },
    },
    valid: [{ a: { b: {} } }],
    invalid: [{ a: { b: 1 } }],
  },
  {
    from: 'draft-07: dependencies and $ref with siblings',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      definitions: { id: { $id: '#id', type: 'string' } },
      ...object,
      properties: { a: { $ref: '#/definitions/id', maxLength: 1 }, b: { $ref: '#id' } },
      dependencies: { a: ['b'], c: { required: ['d'] } },
    },
    valid: [
      { a: 'long', b: 'x' },
      { c: 1, d: 1 },
    ],
    invalid: [{ a: 'x' }, { a: 1, b: 'x' }, { c: 1 }, { b: 1 }],
  },
  {
    from: 'draft-07: words that only later drafts have',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      ...of({ dependentRequired: { x: ['y'] }, unevaluatedProperties: false }),
    },
    valid: [{ a: { x: 1 } }],
  },
  {
    from: 'draft-07 inside 2020-12',
    schema: of({ $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'string' }] }),
    invalid: [{ a: [1] }],
  },
  {
    from: 'draft-04: id, bounds, $ref with siblings, and words that it does not have',
    schema: {
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: 'https://example.com/note',
      ...object,
      definitions: { size: { id: '#size', type: 'number', minimum: 0, exclusiveMinimum: true, const: 5 } },
      properties: {
        a: { $ref: '#size', maximum: 1 },
        b: { type: 'integer', maximum: 3, exclusiveMaximum: false },
        c: { items: [{ type: 'string' }], additionalItems: false },
      },
      dependencies: { b: ['a'] },
    },
    listed: {
      $schema: current,
      $id: 'https://example.com/note',
      ...object,
      definitions: { size: { $anchor: 'size', type: 'number', exclusiveMinimum: 0 } },
      properties: {
        a: { $ref: '#size' },
        b: { type: 'integer', maximum: 3 },
        c: { prefixItems: [{ type: 'string' }], items: false },
      },
      dependentRequired: { b: ['a'] },
    },
    valid: [{ a: 7 }, { a: 7, b: 3 }, { c: ['x'] }],
    invalid: [{ a: 0 }, { a: 1, b: 4 }, { b: 3 }, { c: ['x', 1] }, { c: [1] }],
  },
  {
    from: 'effect 3: draft-07 with $defs, and bounds beside a $ref',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $defs: { Int: { type: 'integer' } },
      ...of({ $ref: '#/$defs/Int', minimum: 1 }),
    },
    valid: [{ a: 1 }],
    invalid: [{ a: 0 }, { a: 1.5 }],
  },
  {
    from: 'TypeBox, quicktype: a list below items without $schema',
    schema: of({ items: [{ type: 'string' }, { type: 'number' }], additionalItems: false, minItems: 2, maxItems: 2 }),
    listed: of({ prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2, maxItems: 2 }),
    valid: [{ a: ['x', 1] }],
    invalid: [{ a: [1, 'x'] }, { a: ['x'] }, { a: ['x', 1, 2] }],
  },
  {
    from: 'OpenAPI 3.0 converters: true as an exclusive bound, without $schema',
    schema: of({ type: 'integer', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false }),
    listed: of({ type: 'integer', maximum: 9, exclusiveMinimum: 0 }),
    valid: [{ a: 1 }, { a: 9 }],
    invalid: [{ a: 0 }, { a: 10 }],
  },
  {
    from: 'an exclusive bound without a bound',
    schema: of({ exclusiveMaximum: true }),
    listed: of({}),
    valid: [{ a: 1 }],
  },
  {
    from: 'quicktype: a fragment as $id, without $schema',
    schema: { ...of({ $ref: '#item' }), definitions: { one: { $id: '#item', type: 'integer' } } },
    valid: [{ a: 1 }],
    invalid: [{ a: 'x' }],
  },
  // Unions as the root
  {
    from: 'zod: discriminatedUnion',
    schema: {
      oneOf: [
        { ...object, properties: { k: { const: 'a' } } },
        { ...object, properties: { k: { const: 'b' } } },
      ],
    },
    listed: {
      ...object,
      oneOf: [
        { ...object, properties: { k: { const: 'a' } } },
        { ...object, properties: { k: { const: 'b' } } },
      ],
    },
    invalid: [{ k: 'c' }],
  },
  {
    from: 'pydantic: $ref as the root',
    schema: { $ref: '#/$defs/N', $defs: { N: of({ $ref: '#/$defs/N' }) } },
    valid: [{ a: { a: {} } }],
    invalid: [{ a: 1 }],
  },
  {
    from: 'zod-to-json-schema: $ref and definitions',
    schema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $ref: '#/definitions/N',
      definitions: { N: of({ type: 'string' }) },
    },
    invalid: [{ a: 1 }],
  },
  {
    from: 'an intersection',
    schema: { allOf: [of({ type: 'string' }), { required: ['a'] }] },
    valid: [{ a: 'x' }],
    invalid: [{}],
  },
  { from: 'a type in a list', schema: { type: ['object'] }, listed: { ...object } },
  {
    from: 'a union of references',
    schema: {
      anyOf: [{ $ref: '#/$defs/A' }, { $ref: '#/$defs/B' }],
      $defs: { A: of({ const: 1 }), B: of({ const: 2 }) },
    },
    valid: [{ a: 2 }],
    invalid: [{ a: 3 }],
  },
  // Binary fractions
  {
    from: 'multipleOf of cents',
    schema: of({ type: 'number', multipleOf: 0.01 }),
    valid: [143.48, 19.99, 0.07, 1e21, -4.35].map((a) => ({ a })),
    invalid: [{ a: 0.005 }, { a: 1e-7 }],
  },
  {
    from: 'multipleOf far below',
    schema: of({ multipleOf: 1e-8 }),
    valid: [{ a: 12391239123 }, { a: 1e-7 }],
    invalid: [{ a: 1.5e-9 }],
  },
  // Recursion
  {
    from: 'an expression tree',
    schema: { ...object, $ref: '#/$defs/E', $defs: { E: { anyOf: [of({ $ref: '#/$defs/E' }), { type: 'null' }] } } },
    valid: [{ a: { a: null } }],
    invalid: [{ a: 1 }],
  },
];

/** Schemas that are refused, with the text of the message. */
export const refusedSchemas: readonly (readonly [string, object, string])[] = [
  ['draft-03', { $schema: 'http://json-schema.org/draft-03/schema#', ...object }, 'is not supported'],
  ['a dialect of somebody', { $schema: 'https://example.com/schema', ...object }, 'is not supported'],
  [
    '$recursiveAnchor',
    { $schema: 'https://json-schema.org/draft/2019-09/schema', $recursiveAnchor: true, ...object },
    '$recursiveAnchor of 2019-09',
  ],
  [
    'a $ref to itself',
    { ...object, $defs: { a: { $ref: '#/$defs/a' } }, properties: { a: { $ref: '#/$defs/a' } } },
    'leads back to itself',
  ],
  [
    'two schemas that lead to each other',
    { ...object, $defs: { a: { allOf: [{ $ref: '#/$defs/b' }] }, b: { anyOf: [{ $ref: '#/$defs/a' }] } } },
    'leads back to itself',
  ],
  ['a pattern of Python', of({ pattern: String.raw`^a\Z` }), 'Invalid regular expression'],
  ['a back reference', of({ pattern: String.raw`^(a+)\1$` }), 'cannot be matched in bounded time'],
  ['a union with something else', { anyOf: [object, { type: 'string' }] }, 'In a union every branch has to say it'],
  ['an anchor twice', { ...object, $defs: { a: { $anchor: 'x' }, b: { $anchor: 'x' } } }, 'more than one schema'],
  ['an $id that is no URI', { ...object, $defs: { a: { $id: 'http://[' } } }, 'is no URI'],
];

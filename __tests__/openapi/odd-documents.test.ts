import { describe, expect, it } from '@jest/globals';
import { answers, documentOf, operation, routeApp } from './support/route-app.js';

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** A model's view of a body with this schema, and of the answer if the route uses the same. */
async function seen(schema: unknown, { schemas = {}, openapi = '3.0.3' }: { schemas?: Json; openapi?: string } = {}) {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const paths = { '/thing': { post: operation('op', { requestBody, ...answers(schema) }) } };
  const { listed, omitted } = await routeApp({ document: documentOf(paths, { openapi, components: { schemas } }) });
  const { inputSchema, outputSchema } = (listed.get('op') ?? {}) as { inputSchema?: Json; outputSchema?: Json };
  return { body: (inputSchema?.['properties'] as Json | undefined)?.['body'], output: outputSchema, omitted };
}

describe('schemas as documents have them', () => {
  it.each<[string, unknown, unknown, Json?]>([
    ['a type that JSON Schema does not have', { type: 'file' }, {}],
    ['one known type among unknown ones', { type: ['string', 'any'] }, { type: 'string' }],
    ['nothing but that it may be null', { nullable: true }, {}],
    [
      'alternatives that may be null',
      { nullable: true, description: 'Either', anyOf: [{ type: 'string' }, { type: 'integer' }] },
      { description: 'Either', anyOf: [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, { type: 'null' }] },
    ],
    [
      'a reference that may be null',
      { ...ref('A'), nullable: true, description: 'Or none' },
      { description: 'Or none', anyOf: [{ $ref: '#/$defs/A' }, { type: 'null' }] },
      { A: { type: 'object', properties: { a: ref('A') } } },
    ],
    ['bounds of the wrong kind', { type: 'string', maxLength: -1, minLength: '2', pattern: 7 }, { type: 'string' }],
    ['a multiple of zero', { type: 'number', multipleOf: 0 }, { type: 'number' }],
    [
      'an exclusive maximum of 3.0',
      { type: 'number', maximum: 9, exclusiveMaximum: true },
      { type: 'number', exclusiveMaximum: 9 },
    ],
    ['an empty enumeration', { type: 'string', enum: [] }, { type: 'string' }],
    [
      'an enumeration with null in it already',
      { type: 'string', nullable: true, enum: ['a', null] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    ['an enumeration that says a value twice', { enum: ['a', 'a', 1] }, { enum: ['a', 1] }],
    ['several examples', { type: 'string', examples: ['a', 'b', 'c'] }, { type: 'string', examples: ['a', 'b'] }],
    ['examples that are long or no values', { type: 'object', example: { a: 1 }, default: {} }, { type: 'object' }],
    ['a default', { type: 'integer', default: 3 }, { type: 'integer', default: 3 }],
    ['what is deprecated', { type: 'string', deprecated: true }, { type: 'string', deprecated: true }],
    [
      'an array of schemas as items',
      { type: 'array', items: [{ type: 'string' }] },
      { type: 'array', prefixItems: [{ type: 'string' }] },
    ],
    [
      'what an array contains',
      { type: 'array', contains: { type: 'string' } },
      { type: 'array', contains: { type: 'string' } },
    ],
    [
      'names of members',
      { type: 'object', propertyNames: { maxLength: 3 } },
      { type: 'object', propertyNames: { maxLength: 3 } },
    ],
    [
      'members that are all alike',
      { type: 'object', additionalProperties: { type: 'integer' } },
      { type: 'object', additionalProperties: { type: 'integer' } },
    ],
    ['members of any kind', { type: 'object', additionalProperties: {} }, { type: 'object' }],
    [
      'required members of the wrong kind',
      { type: 'object', required: ['a', 7, 'a'] },
      { type: 'object', required: ['a'] },
    ],
    [
      'members that are no object',
      { type: 'object', properties: [], required: 'a', patternProperties: 7 },
      { type: 'object' },
    ],
    ['patterns of names that are none', { type: 'object', patternProperties: { '(': {} } }, { type: 'object' }],
    [
      'both kinds of alternatives',
      { anyOf: [{ type: 'string' }], oneOf: [{ minLength: 2 }, { maxLength: 1 }] },
      { anyOf: [{ type: 'string' }], allOf: [{ anyOf: [{ minLength: 2 }, { maxLength: 1 }] }] },
    ],
    [
      'a single part with remarks around it',
      { allOf: [{ type: 'string' }], description: 'Here' },
      { type: 'string', description: 'Here' },
    ],
    ['parts that are no schemas', { allOf: [true, { type: 'string' }] }, { allOf: [{}, { type: 'string' }] }],
    [
      'parts that say different things of a member',
      { allOf: [{ properties: { a: { type: 'string' } } }, { properties: { a: { minLength: 2 } } }] },
      { type: 'object', properties: { a: { allOf: [{ type: 'string' }, { minLength: 2 }] } } },
    ],
    [
      'parts that say the same of a member',
      {
        allOf: [
          { properties: { a: { type: 'string' } } },
          { properties: { a: { type: 'string' } }, description: 'Last' },
        ],
      },
      { type: 'object', description: 'Last', properties: { a: { type: 'string' } } },
    ],
    [
      'parts of which one has further members',
      { allOf: [{ properties: { a: {} } }, { additionalProperties: { type: 'integer' } }] },
      { type: 'object', properties: { a: {} }, additionalProperties: { type: 'integer' } },
    ],
    [
      'parts of which one has alternatives',
      { allOf: [{ properties: { a: {} } }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }] },
      { type: 'object', properties: { a: {} }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    ],
    [
      'parts of which two have alternatives',
      { allOf: [{ oneOf: [{ type: 'string' }] }, { oneOf: [{ minLength: 1 }] }] },
      { allOf: [{ anyOf: [{ type: 'string' }] }, { anyOf: [{ minLength: 1 }] }] },
    ],
    [
      'a definition whose name is no name of JSON Schema',
      { $ref: '#/components/schemas/A~1B%20C' },
      { $ref: '#/$defs/A_1B_20C' },
      { 'A/B C': { type: 'object', properties: { a: { $ref: '#/components/schemas/A~1B%20C' } } } },
    ],
  ])('show %s', async (_what, schema, body, schemas = {}) => {
    expect((await seen(schema, { schemas })).body).toEqual(body);
  });

  it('tell two definitions of one name apart', async () => {
    const schemas = {
      A: { type: 'object', properties: { next: ref('A'), other: { $ref: '#/components/schemas/B/properties/A' } } },
      B: {
        properties: { A: { type: 'object', properties: { again: { $ref: '#/components/schemas/B/properties/A' } } } },
      },
    };
    const { body, output } = await seen(ref('A'), { schemas });
    expect(body).toEqual({ $ref: '#/$defs/A' });
    expect(Object.keys((output?.['$defs'] ?? {}) as Json)).toEqual(['A', 'A_2']);
  });

  it('show of a schema that is a part of itself what can be written out', async () => {
    const schemas = { A: { allOf: [ref('A'), { type: 'object', properties: { a: { type: 'string' } } }] } };
    const { body, omitted } = await seen(ref('A'), { schemas });
    expect({ body, omitted }).toMatchObject({ omitted: [] });
  });

  it('leave no operation without a word: no alternatives, a reference to nowhere', async () => {
    const none = await seen({ anyOf: [] });
    expect([none.body, none.omitted]).toEqual([
      undefined,
      [expect.objectContaining({ reason: expect.stringContaining('alternatives') })],
    ]);
    const nowhere = await seen(ref('Nowhere'));
    expect([nowhere.body, nowhere.omitted.length]).toEqual([undefined, 1]);
  });
});

describe('discriminators', () => {
  const animal = (own: Json): Json => ({ type: 'object', properties: own });
  const kinds = (discriminator: unknown, schemas: Json) =>
    seen({ oneOf: [ref('Cat'), ref('Dog')], discriminator }, { schemas }).then(({ body }) => body);

  it('without a mapping go by the names of the schemas', async () => {
    const body = await kinds({ propertyName: 'kind' }, { Cat: animal({ kind: { type: 'string' } }), Dog: animal({}) });
    expect(body).toMatchObject({
      anyOf: [
        { properties: { kind: { const: 'Cat' } }, required: ['kind'] },
        { properties: { kind: { const: 'Dog' } }, required: ['kind'] },
      ],
    });
  });

  it('may have two words for one schema', async () => {
    const mapping = { cat: 'Cat', kitten: '#/components/schemas/Cat', dog: 'Dog' };
    const body = await kinds({ propertyName: 'kind', mapping }, { Cat: animal({}), Dog: animal({}) });
    expect(body).toMatchObject({ anyOf: [{ properties: { kind: { enum: ['cat', 'kitten'] } } }, {}] });
  });

  it.each([{ const: 'cat' }, { enum: ['cat'] }, ref('Kind')])(
    'add nothing where the schema says it: %j',
    async (kind) => {
      const schemas = { Cat: animal({ kind }), Dog: animal({ kind }), Kind: { type: 'string' } };
      const body = (await kinds({ propertyName: 'kind' }, schemas)) as { readonly anyOf: readonly Json[] };
      expect(body.anyOf.map((branch) => Object.keys(branch))).toEqual([
        ['type', 'properties'],
        ['type', 'properties'],
      ]);
    },
  );

  it.each(['kind', {}, { propertyName: 7 }])('that are none decide nothing: %j', async (discriminator) => {
    const body = (await kinds(discriminator, { Cat: animal({}), Dog: animal({}) })) as {
      readonly anyOf: readonly Json[];
    };
    expect(body.anyOf).toEqual([{ type: 'object' }, { type: 'object' }]);
  });
});

describe('servers', () => {
  const pathOf = async (servers: unknown, own: Json = {}) => {
    const paths = { '/thing': { get: operation('op', own) } };
    const requests: string[] = [];
    const { app, omitted } = await routeApp({
      document: documentOf(paths, servers === undefined ? {} : { servers }),
      routes: (routes) => {
        routes.use((request, response) => {
          requests.push(request.originalUrl);
          response.json({});
        });
      },
    });
    return { app, omitted, requests };
  };

  it.each<[string, unknown, Json, readonly string[]]>([
    ['no list', 'https://api.example.com', {}, ['/thing']],
    ['no servers', [], {}, ['/thing']],
    ['servers that are no objects', [7], {}, ['/thing']],
    ['a server without a URL', [{}], {}, ['/thing']],
    ['a path', [{ url: '/v1/' }], {}, ['/v1/thing']],
    [
      'a variable with a default',
      [{ url: '/{version}', variables: { version: { default: 'v2' } } }],
      {},
      ['/v2/thing'],
    ],
    ['a variable without one', [{ url: '/{version}', variables: { version: {} } }], {}, ['/version/thing']],
    ['no variables', [{ url: '/{version}' }], {}, ['/version/thing']],
    ['a server of the operation', [{ url: '/v1' }], { servers: [{ url: '/v3' }] }, ['/v3/thing']],
  ])('with %s', async (_what, servers, own, expected) => {
    const { call } = await import('./support/route-app.js');
    const { app, requests } = await pathOf(servers, own);
    await call(app, 'op');
    expect(requests).toEqual(expected);
  });

  it('elsewhere, or none at all, leave the operation out with a reason', async () => {
    const elsewhere = await pathOf([{ url: 'https://api.example.com' }], {
      servers: [{ url: 'https://other.example.com' }],
    });
    expect(elsewhere.omitted).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('https://other.example.com') }),
    ]);
    const none = await pathOf([{ url: 'http://[' }]);
    expect(none.omitted).toEqual([expect.objectContaining({ reason: expect.stringContaining('URL of its server') })]);
  });
});

describe('names of arguments', () => {
  it('are names that hosts take, each once', async () => {
    const query = (name: string) => ({ name, in: 'query', schema: { type: 'string' } });
    const parameters = [
      query('filter[name]'),
      { ...query('filter[name]'), in: 'header', name: 'filter_name' },
      { ...query('filter name'), in: 'cookie' },
      query('!!'),
      query('x'.repeat(70)),
      { ...query('body'), deprecated: true, description: 'Of the query' },
    ];
    const requestBody = {
      content: { 'application/json': { schema: { type: 'object', description: 'Own' } } },
      description: 'Outer',
    };
    const { listed } = await routeApp({
      document: documentOf({ '/thing': { post: operation('op', { parameters, requestBody }) } }),
    });
    const { properties } = (listed.get('op') as { inputSchema: { properties: Json } }).inputSchema;
    expect(Object.keys(properties)).toEqual([
      'filter_name',
      'filter_name_header',
      'filter_name_cookie',
      'query',
      'x'.repeat(64),
      'body_query',
      'body',
    ]);
    expect(properties['body_query']).toEqual({ type: 'string', description: 'Of the query', deprecated: true });
    expect(properties['body']).toMatchObject({ description: 'Own' });
  });

  it.each<[string, Json]>([
    ['has no name', { in: 'query' }],
    ['is in', { name: 'a', in: 'nowhere' }],
    ['no name of a header field', { name: 'a b', in: 'header' }],
    ['has the style', { name: 'a', in: 'path', style: 'form' }],
  ])('leave the operation out of which a parameter %s', async (reason, parameter) => {
    const paths = { '/{a}': { get: operation('op', { parameters: [parameter] }) } };
    const { omitted } = await routeApp({ document: documentOf(paths) });
    expect(omitted).toEqual([expect.objectContaining({ reason: expect.stringContaining(reason) })]);
  });
});

describe('a document that other documents gave an example for', () => {
  it('has a pattern that refers to its own groups, which is left to the route (Asana)', async () => {
    expect((await seen({ type: 'string', pattern: '^(a|b)(,\\1)*$' })).body).toEqual({ type: 'string' });
  });

  it('has derived schemas that are their base with remarks, and bases of bases (Okta)', async () => {
    const kinds = {
      propertyName: 'kind',
      mapping: { key: '#/components/schemas/Key', phone: '#/components/schemas/Phone' },
    };
    const schemas = {
      Base: { type: 'object', properties: { kind: { type: 'string' }, id: { type: 'string' } }, discriminator: kinds },
      Simple: { 'x-note': 'in between', allOf: [ref('Base')], discriminator: kinds },
      Key: { 'x-note': 'a remark', allOf: [ref('Simple')] },
      Phone: { allOf: [ref('Simple'), { type: 'object', properties: { number: { type: 'string' } } }] },
      Alias: { description: 'Any of them', allOf: [ref('Base')] },
    };
    const { body, output, omitted } = await seen(
      { type: 'object', properties: { any: ref('Alias'), key: ref('Key') } },
      { schemas },
    );
    expect(omitted).toEqual([]);
    for (const one of [body, output]) expect(JSON.stringify(one)).toContain('"any"');
    const { $defs } = output as { $defs: Json };
    expect($defs['Key']).toMatchObject({ type: 'object', properties: { id: { type: 'string' } } });
    expect(output).toMatchObject({ properties: { any: { anyOf: [{ $ref: '#/$defs/Key' }, expect.anything()] } } });
  });

  it('has derived schemas with more than members, whose base is reached through another (Okta)', async () => {
    const schemas = {
      Base: {
        type: 'object',
        properties: { kind: { type: 'string' } },
        discriminator: { propertyName: 'kind', mapping: { app: 'App', key: 'Key' } },
      },
      Simple: { 'x-note': 'in between', allOf: [ref('Base')] },
      App: { allOf: [ref('Simple'), { type: 'object', minProperties: 1 }] },
      Key: { allOf: [ref('Simple')] },
    };
    const { body, omitted } = await seen(ref('Base'), { schemas });
    expect(omitted).toEqual([]);
    expect(body).toMatchObject({
      anyOf: [{ allOf: [{ properties: { kind: {} } }, { minProperties: 1 }] }, { properties: { kind: {} } }],
    });
  });

  it('has a body that leads back to itself, and is named with the reason', async () => {
    const schemas = { Loop: { anyOf: [ref('Loop'), { type: 'string' }] } };
    const { body, omitted } = await seen(ref('Loop'), { schemas });
    expect(body).toBeUndefined();
    expect(omitted).toMatchObject([
      { method: 'POST', path: '/thing', reason: expect.stringContaining('leads back to itself') },
    ]);
  });

  it('has such an answer, and is called without an output schema', async () => {
    const schemas = { Loop: { anyOf: [ref('Loop'), { type: 'object' }] } };
    const { listed, omitted } = await routeApp({
      document: documentOf({ '/thing': { get: operation('op', answers(ref('Loop'))) } }, { components: { schemas } }),
    });
    expect(omitted).toEqual([]);
    expect(listed.get('op')).not.toHaveProperty('outputSchema');
  });

  it.each<[string, number, Json]>([
    [
      'wide, which loses its remarks',
      110,
      { type: 'object', properties: expect.objectContaining({ m109: { type: 'object' } }) },
    ],
    ['too wide, of which the type is left', 900, { type: 'object' }],
  ])('has answers that are %s (GitHub)', async (_what, count, expected) => {
    const member = {
      type: 'object',
      description: 'Long',
      properties: Object.fromEntries(
        Array.from({ length: 20 }, (_one, index) => [`i${String(index)}`, { type: 'string', example: 'x' }]),
      ),
    };
    const properties = Object.fromEntries(
      Array.from({ length: count }, (_one, index) => [`m${String(index)}`, member]),
    );
    const { listed } = await routeApp({
      document: documentOf({ '/thing': { get: operation('op', answers({ type: 'object', properties })) } }),
    });
    const { outputSchema } = listed.get('op') as { outputSchema: Json };
    expect(outputSchema).toEqual(expected);
    expect(JSON.stringify(outputSchema).length).toBeLessThanOrEqual(8_000);
  });
});

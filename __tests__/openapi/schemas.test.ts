import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { answers, documentOf, operation, routeApp } from './support/route-app.js';

type Json = Readonly<Record<string, unknown>>;

interface Schemas {
  readonly input: Json;
  readonly output: Json | undefined;
}

/** The schemas of a tool for an operation whose body and answer have this schema. */
async function schemasOf(schema: unknown, schemas: Json = {}, openapi = '3.0.3'): Promise<Schemas> {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const paths = { '/thing': { post: operation('op', { requestBody, ...answers(schema) }) } };
  const { listed } = await routeApp({ document: documentOf(paths, { openapi, components: { schemas } }) });
  const { inputSchema, outputSchema } = listed.get('op') as {
    readonly inputSchema: Json;
    readonly outputSchema?: Json;
  };
  return { input: inputSchema, output: outputSchema };
}

async function bodyOf(schema: unknown, schemas: Json = {}, openapi = '3.0.3'): Promise<unknown> {
  const { input } = await schemasOf(schema, schemas, openapi);
  return (input['properties'] as Json)['body'];
}

/** Validates bodies by a schema, as a client does. */
async function takes(schema: unknown, schemas: Json = {}, openapi = '3.0.3'): Promise<(body: unknown) => boolean> {
  const { input } = await schemasOf(schema, schemas, openapi);
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(input);
  return (body) => validate({ body });
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('a schema of OpenAPI 3.0', () => {
  it('becomes one of 2020-12: nullable, exclusive bounds, examples', async () => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'string', nullable: true, enum: ['x', 'y'], example: 'x' },
        b: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
        c: { nullable: true, allOf: [ref('Part')] },
        d: { type: 'string', pattern: '^\\p{Foo', format: 'uri', 'x-internal': true, xml: { name: 'd' } },
      },
    };
    expect(await bodyOf(schema, { Part: { type: 'object', properties: { e: { type: 'integer' } } } })).toEqual({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], enum: ['x', 'y', null], examples: ['x'] },
        b: { type: 'number', exclusiveMinimum: 0, maximum: 9 },
        c: { anyOf: [{ type: 'object', properties: { e: { type: 'integer' } } }, { type: 'null' }] },
        d: { type: 'string', format: 'uri' },
      },
    });
  });
});

describe('a schema of OpenAPI 3.1', () => {
  it('keeps what JSON Schema has: several types, const, tuples, boolean schemas', async () => {
    const schema = {
      type: ['object', 'null'],
      properties: {
        kind: { const: 'a', title: 'Kind A' },
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] },
        any: true,
        none: false,
      },
      patternProperties: { '^x-': { type: 'string' } },
    };
    expect(await bodyOf(schema, {}, '3.1.0')).toEqual({
      type: ['object', 'null'],
      properties: {
        kind: { const: 'a', title: 'Kind A' },
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] },
        any: {},
        none: { not: {} },
      },
      patternProperties: { '^x-': { type: 'string' } },
    });
  });

  it('may say more beside a reference', async () => {
    const body = await bodyOf(
      { ...ref('A'), description: 'Here' },
      { A: { type: 'string', description: 'There' } },
      '3.1.0',
    );
    expect(body).toEqual({ type: 'string', description: 'Here' });
  });
});

describe('members that travel one way', () => {
  it('are left out of the other, also where they are required or referred to', async () => {
    const schemas = {
      Id: { type: 'integer', readOnly: true },
      User: {
        type: 'object',
        required: ['id', 'name', 'password'],
        properties: { id: ref('Id'), name: { type: 'string' }, password: { type: 'string', writeOnly: true } },
      },
    };
    const { input, output } = await schemasOf(ref('User'), schemas);
    expect(input['properties']).toEqual({
      body: {
        type: 'object',
        properties: { name: { type: 'string' }, password: { type: 'string' } },
        required: ['name', 'password'],
      },
    });
    expect(output).toEqual({
      type: 'object',
      properties: { id: { type: 'integer' }, name: { type: 'string' } },
      required: ['id', 'name'],
    });
  });
});

describe('references', () => {
  it('of recursive schemas stay references to definitions, in arguments and results', async () => {
    const schemas = {
      Node: {
        type: 'object',
        properties: { name: { type: 'string' }, children: { type: 'array', items: ref('Node') } },
        required: ['name'],
      },
    };
    const { input, output } = await schemasOf(ref('Node'), schemas);
    const node = {
      type: 'object',
      properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
      required: ['name'],
    };
    expect(input).toMatchObject({ properties: { body: { $ref: '#/$defs/Node' } }, $defs: { Node: node } });
    expect(output).toEqual({ ...node, $defs: { Node: node } });
    const isTaken = await takes(ref('Node'), schemas);
    expect(isTaken({ name: 'a', children: [{ name: 'b', children: [] }] })).toBe(true);
    expect(isTaken({ name: 'a', children: [{}] })).toBe(false);
  });

  it('may lead anywhere in the document', async () => {
    const schemas = { A: { type: 'object', properties: { 'b/c': { type: 'boolean' } } } };
    expect(await bodyOf({ $ref: '#/components/schemas/A/properties/b~1c' }, schemas)).toEqual({ type: 'boolean' });
  });
});

describe('allOf', () => {
  it('of objects is one object, though a part of it says that it has no other members', async () => {
    const schemas = {
      Base: { type: 'object', additionalProperties: false, required: ['id'], properties: { id: { type: 'string' } } },
    };
    const schema = {
      allOf: [ref('Base'), { type: 'object', properties: { name: { type: 'string' } } }],
      description: 'Both',
    };
    expect(await bodyOf(schema, schemas)).toEqual({
      type: 'object',
      description: 'Both',
      properties: { id: { type: 'string' }, name: { type: 'string' } },
      required: ['id'],
    });
  });

  it('of anything else stays what it is', async () => {
    const schema = {
      allOf: [
        { type: 'string', minLength: 2 },
        { type: 'string', maxLength: 3 },
      ],
    };
    const isTaken = await takes(schema);
    expect([isTaken('a'), isTaken('ab'), isTaken('abcd')]).toEqual([false, true, false]);
  });
});

const pets = {
  Pet: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { type: 'string' } },
    discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat', dog: 'Dog' } },
  },
  Cat: { allOf: [ref('Pet'), { type: 'object', required: ['lives'], properties: { lives: { type: 'integer' } } }] },
  Dog: { allOf: [ref('Pet'), { type: 'object', required: ['tricks'], properties: { tricks: { type: 'integer' } } }] },
};

describe('alternatives', () => {
  it('with a discriminator take the one that it names, and no other', async () => {
    const { discriminator } = pets.Pet;
    const isTaken = await takes({ oneOf: [ref('Cat'), ref('Dog')], discriminator }, pets);
    expect(isTaken({ kind: 'cat', lives: 9 })).toBe(true);
    expect(isTaken({ kind: 'dog', lives: 9 })).toBe(false);
    expect(isTaken({ kind: 'cow', lives: 9 })).toBe(false);
  });

  it('of a base are those that its discriminator names', async () => {
    const isTaken = await takes({ type: 'object', properties: { pet: ref('Pet') } }, pets);
    expect(isTaken({ pet: { kind: 'dog', tricks: 1 } })).toBe(true);
    expect(isTaken({ pet: { kind: 'dog', lives: 1 } })).toBe(false);
  });

  it('may fit at once', async () => {
    const isTaken = await takes({ oneOf: [{ type: 'integer' }, { type: 'number' }] });
    expect([isTaken(1), isTaken(1.5), isTaken('1')]).toEqual([true, true, false]);
  });
});

describe('what a model can work with', () => {
  it('has no huge enumeration, but is told of it', async () => {
    const codes = Array.from({ length: 250 }, (_each, index) => `C${String(index)}`);
    expect(await bodyOf({ type: 'string', description: 'A country', enum: codes })).toEqual({
      type: 'string',
      description: 'A country One of 250 values, such as "C0", "C1", "C2", "C3", "C4", "C5", "C6", "C7".',
    });
  });

  it('has descriptions without HTML, cut at a word', async () => {
    const body = (await bodyOf({
      type: 'string',
      description: `<p>First <b>word</b>.</p> ${'more '.repeat(200)}`,
    })) as Json;
    expect(body['description']).toMatch(/^First word \.? ?\.? ?more/);
    expect(String(body['description']).length).toBeLessThanOrEqual(500);
    expect(body['description']).toMatch(/more…$/);
  });

  it('is at most 16,000 characters of arguments and 8,000 of results, however much is behind it', async () => {
    const member = (level: number): Json => ({
      type: 'array',
      description: 'x'.repeat(300),
      items: ref(`L${String(level + 1)}`),
    });
    const level = (index: number): Json => {
      const names = Array.from({ length: 12 }, (_each, number) => `m${String(number)}`);
      return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, member(index)])) };
    };
    const schemas = Object.fromEntries(
      Array.from({ length: 40 }, (_each, index) => [`L${String(index)}`, level(index)]),
    );
    const { input, output } = await schemasOf(ref('L0'), { ...schemas, L40: { type: 'string' } });
    expect(JSON.stringify(input).length).toBeLessThan(16_000);
    expect(JSON.stringify(output).length).toBeLessThan(8_000);
    const validate = new Ajv2020({ strict: false }).compile(input);
    // A part that is not shown any more may be anything of its type.
    expect(validate({ body: { m0: [{ m1: [] }] } })).toBe(true);
  });
});

describe('a schema of results', () => {
  it('says the shape and bounds nothing', async () => {
    const { output } = await schemasOf({
      type: 'object',
      additionalProperties: false,
      properties: { a: { type: 'string', maxLength: 3, format: 'date' } },
    });
    expect(output).toEqual({ type: 'object', properties: { a: { type: 'string' } } });
  });

  it('covers every success, and is there only if each has one', async () => {
    const one = {
      description: '',
      content: { 'application/json': { schema: { type: 'object', properties: { a: {} } } } },
    };
    const two = {
      description: '',
      content: { 'application/json': { schema: { type: 'object', properties: { b: {} } } } },
    };
    const paths = {
      '/both': { get: operation('both', { responses: { 200: one, '2XX': two, 404: two } }) },
      '/some': { get: operation('some', { responses: { 200: one, 204: { description: '' } } }) },
      '/default': { get: operation('default', { responses: { default: one } }) },
      '/broken': { get: operation('broken', { responses: { 200: { $ref: '#/nowhere' } } }) },
    };
    const { listed } = await routeApp({ document: documentOf(paths) });
    expect(listed.get('both')?.['outputSchema']).toEqual({
      type: 'object',
      anyOf: [
        { type: 'object', properties: { a: {} } },
        { type: 'object', properties: { b: {} } },
      ],
    });
    expect(listed.get('default')?.['outputSchema']).toEqual({ type: 'object', properties: { a: {} } });
    expect([listed.get('some')?.['outputSchema'], listed.get('broken')?.['outputSchema']]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createRegistry } from '../../lib/index.js';
import { testClient } from '../../lib/testing/index.js';

type Loose = Readonly<Record<string, unknown>>;

const create = () => createRegistry({ name: 'test', version: '1.0.0' });

const review = {
  type: 'object',
  properties: {
    style: { title: 'Style', description: 'How strict', enum: ['kind', 'strict'] },
    lines: { type: 'integer', minimum: 1 },
    draft: { type: 'boolean' },
    code: { type: 'string' },
    either: { anyOf: [{ type: 'number' }, { type: 'boolean' }] },
  },
  required: ['style', 'lines'],
} as const;

function mistake(definition: Loose): string {
  try {
    create().prompt('review', definition, () => 'x');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'nothing';
}

describe('argumentsSchema of a prompt', () => {
  const clientOf = async (scopes: string[] = []) => {
    const registry = create();
    registry.prompt('review', { argumentsSchema: review, complete: { code: (value) => [`${value}.ts`] } }, (args) => {
      // The types are those of the schema.
      const lines: number = args.lines;
      const style: 'kind' | 'strict' = args.style;
      return JSON.stringify({ ...args, lines, style });
    });
    return testClient(registry, { scopes });
  };

  it('is listed as the arguments of the protocol', async () => {
    const [prompt] = await (await clientOf()).listPrompts();
    expect(prompt?.['arguments']).toEqual([
      { name: 'style', title: 'Style', description: 'How strict', required: true },
      { name: 'lines', required: true },
      { name: 'draft' },
      { name: 'code' },
      { name: 'either' },
    ]);
  });

  it.each([
    [
      { style: 'kind', lines: '3' },
      { style: 'kind', lines: 3 },
    ],
    [
      { style: 'kind', lines: '1e2', draft: 'true', code: '7' },
      { style: 'kind', lines: 100, draft: true, code: '7' },
    ],
    [
      { style: 'kind', lines: '3', either: 'false' },
      { style: 'kind', lines: 3, either: false },
    ],
    [
      { style: 'kind', lines: '3', either: '-0.5' },
      { style: 'kind', lines: 3, either: -0.5 },
    ],
  ])('reads %j as %j', async (sent, got) => {
    const { messages } = await (await clientOf()).getPrompt('review', sent);
    expect(JSON.parse((messages[0]?.content as { text: string }).text)).toEqual(got);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a text that is no number', { style: 'kind', lines: 'three' }, '/lines must be integer'],
    ['a number of another notation', { style: 'kind', lines: '0x10' }, '/lines must be integer'],
    ['a blank', { style: 'kind', lines: ' 3' }, '/lines must be integer'],
    ['a number that is too large for one', { style: 'kind', lines: '1e999' }, '/lines must be integer'],
    ['a number out of range', { style: 'kind', lines: '0' }, '/lines must be >= 1'],
    ['another word for true', { style: 'kind', lines: '1', draft: 'yes' }, '/draft must be boolean'],
    ['a value that is not among those named', { style: 'rude', lines: '1' }, '/style must be'],
    ['nothing where something is required', { style: 'kind' }, 'needs the argument "lines"'],
    ['an argument that is unknown', { style: 'kind', lines: '1', more: 'x' }, 'has no argument "more"'],
  ])('refuses %s', async (_what, sent, words) => {
    const called = (await clientOf()).getPrompt('review', sent);
    await expect(called).rejects.toMatchObject({ code: -32602 });
    await expect(called).rejects.toThrow(words);
  });

  it('suggests what it names, and what complete says', async () => {
    const client = await clientOf();
    const complete = async (name: string, value: string) => {
      const ref = { type: 'ref/prompt', name: 'review' };
      const { completion } = await client.request('completion/complete', { ref, argument: { name, value } });
      return (completion as { values: string[] }).values;
    };
    expect(await complete('style', '')).toEqual(['kind', 'strict']);
    expect(await complete('style', 's')).toEqual(['strict']);
    expect(await complete('code', 'a')).toEqual(['a.ts']);
    expect(await complete('lines', '')).toEqual([]);
  });

  it('may be that of a library, which changes values and gives defaults', async () => {
    const registry = create();
    const argumentsSchema = z.object({
      count: z.number().int(),
      tone: z.enum(['warm', 'cool']).default('warm'),
      name: z.string().transform((name) => name.toUpperCase()),
      limit: z.coerce.number().optional(),
    });
    registry.prompt('greet', { argumentsSchema }, ({ count, tone, name, limit }) => {
      const exact: [number, 'cool' | 'warm', string, number | undefined] = [count, tone, name, limit];
      return JSON.stringify(exact);
    });
    const client = await testClient(registry, { scopes: [] });
    expect((await client.listPrompts())[0]?.['arguments']).toMatchObject([
      { name: 'count', required: true },
      { name: 'tone' },
      { name: 'name', required: true },
      { name: 'limit' },
    ]);
    const { messages } = await client.getPrompt('greet', { count: '2', name: 'ada', limit: '5' });
    expect(messages[0]?.content).toMatchObject({ text: '[2,"warm","ADA",5]' });
    await expect(client.getPrompt('greet', { count: 'two', name: 'ada' })).rejects.toThrow(/count/);
  });

  it('lets scopes and policies decide by what the handler gets', async () => {
    const registry = create();
    const argumentsSchema = z.object({ area: z.string().transform((area) => area.toLowerCase()) });
    registry.prompt('report', { argumentsSchema, scopes: ({ area }) => `read:${String(area)}` }, ({ area }) => area);
    const client = await testClient(registry, { scopes: ['read:EU'] });
    await client.expectRefused(client.getPrompt('report', { area: 'EU' }), { scope: 'read:eu' });
  });

  it('is validated again when a middleware changes the arguments', async () => {
    const registry = create();
    registry.prompt('review', { argumentsSchema: review }, ({ lines }) => `${typeof lines} ${lines}`);
    registry.use((call, next) => next({ ...call.args, lines: call.args['lines'] === '1' ? '10' : 'none' }));
    const client = await testClient(registry, { scopes: [] });
    const { messages } = await client.getPrompt('review', { style: 'kind', lines: '1' });
    expect(messages[0]?.content).toMatchObject({ text: 'number 10' });
    await expect(client.getPrompt('review', { style: 'kind', lines: '2' })).rejects.toMatchObject({ code: -32603 });
  });

  it('takes references inside of it', async () => {
    const registry = create();
    const argumentsSchema = {
      type: 'object',
      properties: { page: { $ref: '#/$defs/page' } },
      $defs: { page: { allOf: [{ type: ['integer', 'null'] }, { minimum: 1 }] } },
    };
    registry.prompt('read', { argumentsSchema }, ({ page }) => typeof page);
    const client = await testClient(registry, { scopes: [] });
    expect((await client.getPrompt('read', { page: '2' })).messages[0]?.content).toMatchObject({ text: 'number' });
  });

  it.each<[string, Loose, string]>([
    [
      'an array',
      { argumentsSchema: { type: 'object', properties: { tags: { type: 'array', items: {} } } } },
      '"tags" can never be met',
    ],
    ['an object', { argumentsSchema: z.object({ user: z.object({ id: z.string() }) }) }, '"user" can never be met'],
    ['null', { argumentsSchema: { type: 'object', properties: { x: { const: null } } } }, '"x" can never be met'],
    ['nothing at all', { argumentsSchema: { type: 'object', properties: { x: false } } }, '"x" can never be met'],
    [
      'types that exclude each other',
      { argumentsSchema: { type: 'object', properties: { x: { allOf: [{ type: 'string' }, { type: 'number' }] } } } },
      '"x" can never be met',
    ],
    ['no object', { argumentsSchema: z.string() }, 'must describe an object'],
    [
      'a union at the root',
      { argumentsSchema: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]) },
      'write the properties at the root',
    ],
    [
      'a required argument that is none',
      { argumentsSchema: { type: 'object', properties: {}, required: ['x'] } },
      'the required "x" is not among the properties',
    ],
    ['arguments besides', { argumentsSchema: review, arguments: { style: {} } }, 'not both'],
    [
      'complete for another argument',
      { argumentsSchema: review, complete: { other: () => [] } },
      'there is no "other"',
    ],
    [
      'complete without a schema',
      { arguments: { style: {} }, complete: { style: () => [] } },
      'complete goes with argumentsSchema',
    ],
  ])('is refused with %s', (_what, definition, words) => {
    expect(mistake(definition)).toContain(words);
  });
});

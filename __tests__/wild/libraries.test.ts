import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { TestServer } from '../support/dispatching.js';
import { librarySchemas, noSchemas } from './libraries.js';

const good = { id: 'x', count: 2 };
const bad = { id: 7, count: 2 };

type Json = Readonly<Record<string, unknown>>;

function serverWith(input: unknown, output: unknown): TestServer {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  registry.tool('take', { inputSchema: input as Json }, (args) => JSON.stringify(args));
  registry.tool('give', { inputSchema: { type: 'object' }, outputSchema: output as Json }, (args) => args as object);
  return new TestServer(registry);
}

describe('a schema of', () => {
  it.each(librarySchemas.filter(({ refused }) => refused === undefined))(
    '$library works for arguments and results',
    async ({ input, output = input }) => {
      const server = serverWith(input, output);
      const call = async (name: string, args: object) =>
        (await server.call('2025-11-25', 'tools/call', { name, arguments: args })).body?.result;
      expect(await call('take', good)).toEqual({ content: [{ type: 'text', text: JSON.stringify(good) }] });
      expect(await call('take', bad)).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('/id') }],
      });
      expect(await call('give', good)).toMatchObject({ structuredContent: good });
      expect(await call('give', bad)).toMatchObject({ isError: true });
      const { body } = await server.call('2025-11-25', 'tools/list');
      expect(body?.result).toMatchObject({
        tools: [{ inputSchema: { type: 'object' } }, { outputSchema: { type: 'object' } }],
      });
    },
  );

  it.each(librarySchemas.filter(({ refused }) => refused !== undefined))(
    '$library is refused in both places, with what to give: $refused',
    ({ input, output = input, refused }) => {
      const registry = createRegistry({ name: 'wild', version: '1.0.0' });
      expect(() => registry.tool('take', { inputSchema: input as Json }, () => '')).toThrow(refused);
      expect(() => registry.tool('give', { outputSchema: output as Json }, () => ({}))).toThrow(refused);
    },
  );

  it('zod/mini is told apart by its place, since what goes in may differ from what comes out', () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const { input } = librarySchemas.find(({ library }) => library === 'zod/mini') ?? { input: {} };
    expect(() => registry.tool('take', { inputSchema: input as Json }, () => '')).toThrow("(schema, { io: 'input' })");
    expect(() => registry.tool('give', { outputSchema: input as Json }, () => ({}))).toThrow('z.toJSONSchema(schema).');
  });
});

describe('what is no schema', () => {
  it.each(noSchemas)('is refused in both places, with what to write: %s', (_what, schema, told) => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    expect(() => registry.tool('take', { inputSchema: schema as Json }, () => '')).toThrow(told);
    expect(() => registry.tool('give', { outputSchema: schema as Json }, () => ({}))).toThrow(told);
  });
});

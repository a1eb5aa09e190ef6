import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { ToolError, createRegistry } from '../../lib/index.js';
import type { Answer } from '../support/dispatching.js';
import { TestServer } from '../support/dispatching.js';

type Schema = Readonly<Record<string, unknown>>;

/** Calls a tool that returns a value, whatever its type. */
async function returning(returned: unknown, outputSchema?: Schema): Promise<{ result: Schema; reported: string }> {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  registry.tool('run', outputSchema === undefined ? {} : { outputSchema }, (): unknown => returned);
  const server = new TestServer(registry);
  const { body } = await server.call('2025-11-25', 'tools/call', { name: 'run' });
  return { result: body?.result ?? {}, reported: server.reports.map(({ error }) => String(error)).join() };
}

const object = (properties: Schema, more: Schema = {}): Schema => ({ type: 'object', properties, ...more });
const pixel = { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' };

describe('a value that JSON changes', () => {
  it.each([
    ['a date', { at: new Date(0) }, object({ at: { type: 'string' } }), { at: '1970-01-01T00:00:00.000Z' }],
    [
      'an undefined member',
      { a: 'x', b: undefined },
      object({ a: { type: 'string' } }, { additionalProperties: false }),
      { a: 'x' },
    ],
    ['a URL', { at: new URL('https://a.example') }, object({ at: { type: 'string' } }), { at: 'https://a.example/' }],
    ['an own toJSON', { id: { toJSON: () => 'x1' } }, object({ id: { type: 'string' } }), { id: 'x1' }],
    ['negative zero', { n: -0 }, object({ n: { const: 0 } }), { n: 0 }],
    ['a gap in an array', { list: [1, undefined] }, object({ list: { type: 'array' } }), { list: [1, null] }],
  ])('is validated and sent as JSON: %s', async (_what, returned, schema, sent) => {
    const { result } = await returning(returned, schema);
    expect(result).toEqual({ content: [{ type: 'text', text: JSON.stringify(sent) }], structuredContent: sent });
  });

  it.each([
    ['NaN', { n: NaN }, 'NaN at /n. JSON has no such number'],
    ['Infinity inside', { rows: [{ n: Infinity }] }, 'Infinity at /rows/0/n'],
    ['a bigint', { id: 1n }, 'a bigint at /id. Return String(value)'],
    ['an invalid date', { at: new Date(NaN) }, 'an invalid Date at /at'],
  ])('fails the call if it is lost: %s', async (_what, returned, told) => {
    for (const schema of [undefined, object({})]) {
      const { result, reported } = await returning(returned, schema);
      expect(result).toMatchObject({ isError: true });
      expect(result).not.toHaveProperty('structuredContent');
      expect(JSON.stringify(result)).not.toContain('NaN');
      expect(reported).toContain(told);
    }
  });

  it('is sent as it was validated, for every value', async () => {
    const leaf = fc.oneof(fc.jsonValue(), fc.date({ noInvalidDate: true }), fc.constant(undefined), fc.constant(-0));
    const values = fc.dictionary(fc.string(), fc.oneof(leaf, fc.array(leaf), fc.dictionary(fc.string(), leaf)));
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const expected = JSON.parse(JSON.stringify(value)) as unknown;
        const { result } = await returning({ value }, object({ value: { const: expected } }));
        expect(result['structuredContent']).toEqual({ value: expected });
      }),
      { numRuns: 100 },
    );
  });

  it('reaches a schema of a library as JSON, and as it is where the schema wants that', async () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const asText = z.object({ at: z.string() });
    registry.tool('text', { outputSchema: asText }, (() => ({ at: new Date(0), secret: 's' })) as never);
    const server = new TestServer(registry);
    const { body } = await server.call('2025-11-25', 'tools/call', { name: 'text' });
    const at = '1970-01-01T00:00:00.000Z';
    // Members that the schema left out are not in the text either.
    expect(body?.result).toEqual({ content: [{ type: 'text', text: `{"at":"${at}"}` }], structuredContent: { at } });
  });
});

describe('a result that clients could not read', () => {
  const block = (more: Schema): Schema => ({ content: [{ ...pixel, ...more }] });
  const link = (more: Schema): Schema => ({ content: [{ type: 'resource_link', uri: 'a:b', name: 'b', ...more }] });
  it.each([
    ['a data: URL', block({ data: 'data:image/png;base64,iVBORw0KGgo=' }), 'raw base64, without "data:"'],
    ['base64url', block({ data: 'ab-_' }), 'not base64url'],
    ['a plain URL', block({ data: 'https://a.example/b.png' }), 'not the URL'],
    ['no padding', block({ data: 'iVBORw0KGgo' }), 'padded with "="'],
    ['a sound', { content: [{ ...pixel, type: 'audio', data: 'data:audio/wav;base64,AAAA' }] }, 'without "data:"'],
    [
      'a blob',
      { content: [{ type: 'resource', resource: { uri: 'a:b', blob: 'data:,x' } }] },
      'content[0].resource.blob must be raw base64',
    ],
    ['annotations of null', block({ annotations: null }), 'content[0].annotations must be an object'],
    ['a priority of 5', block({ annotations: { priority: 5 } }), '.annotations.priority must be a number from 0 to 1'],
    ['an audience', block({ annotations: { audience: ['all'] } }), '.annotations.audience[0] must be "user"'],
    ['a size', link({ size: '12' }), 'content[0].size must be a whole number'],
    ['icons', link({ icons: [{ href: 'x' }] }), 'content[0].icons[0] must be an object with src'],
    ['_meta', { content: [], _meta: 'x' }, 'The result._meta must be an object'],
    ['_meta of a block', block({ _meta: null }), 'content[0]._meta must be an object'],
    ['isError', { content: [], isError: 'yes' }, 'The result.isError must be true or false'],
  ])('fails the call, and says what to write: %s', async (_what, returned, told) => {
    const { result, reported } = await returning(returned);
    expect(result).toMatchObject({ isError: true, content: [{ type: 'text' }] });
    expect(reported).toContain(told);
  });

  it('is refused of prompts and readers too', async () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const data = 'data:image/png;base64,AAAA';
    registry.prompt('run', {}, () => [{ role: 'user', content: { type: 'image', data, mimeType: 'image/png' } }]);
    registry.resource('a://b', {}, () => ({ blob: data }));
    registry.resource('a://c', {}, () => ({ contents: [], _meta: null as never }));
    const server = new TestServer(registry);
    const answers: readonly Answer[] = [
      await server.call('2025-11-25', 'prompts/get', { name: 'run' }),
      await server.call('2025-11-25', 'resources/read', { uri: 'a://b' }),
      await server.call('2025-11-25', 'resources/read', { uri: 'a://c' }),
    ];
    expect(answers.map(({ body }) => body?.error?.code)).toEqual([-32603, -32603, -32603]);
    expect(server.reports.map(({ error }) => String(error))).toEqual([
      expect.stringContaining('messages[0].content.data must be raw base64, without "data:"'),
      expect.stringContaining('contents[0].blob must be raw base64, without "data:"'),
      expect.stringContaining('The result._meta must be an object'),
    ]);
  });
});

describe('a shape that is almost a result', () => {
  const text = (said: string): Schema => ({ content: [{ type: 'text', text: said }] });
  it.each([
    [
      'structuredContent alone',
      { structuredContent: { a: 1 } },
      object({ a: { type: 'number' } }),
      { ...text('{"a":1}'), structuredContent: { a: 1 } },
    ],
    [
      'the same without a schema',
      { structuredContent: { a: 1 } },
      undefined,
      { ...text('{"a":1}'), structuredContent: { a: 1 } },
    ],
    ['content that is a text', { content: 'ok' }, undefined, text('ok')],
    [
      'a failure whose content is a text',
      { content: 'no', isError: true },
      undefined,
      { ...text('no'), isError: true },
    ],
    ['one block', pixel, undefined, { content: [pixel] }],
    ['an array of blocks', [pixel, pixel], undefined, { content: [pixel, pixel] }],
    ['an array of texts and blocks', ['see', pixel], undefined, { content: [{ type: 'text', text: 'see' }, pixel] }],
    ['data with a content of its own', { id: 1, content: 'x' }, undefined, text('{"id":1,"content":"x"}')],
    [
      'data whose schema has content',
      { content: 'x' },
      object({ content: { type: 'string' } }),
      { ...text('{"content":"x"}'), structuredContent: { content: 'x' } },
    ],
    [
      'an instance of a class',
      new (class Note {
        title = 'x';
        rename = () => 'y';
      })(),
      undefined,
      text('{"title":"x"}'),
    ],
    ['nothing', undefined, undefined, { content: [] }],
  ])('is taken as it was meant: %s', async (_what, returned, schema, expected) => {
    expect((await returning(returned, schema)).result).toEqual(expected);
  });

  it.each([
    ['a block of an unknown type', { content: [{ type: 'txt' }] }, 'there is no type "txt", known are text, image'],
    ['a text in content', { content: ['ok'] }, 'content[0] is no content block'],
    ['content that is a number', { content: 7 }, 'content is no array of content blocks'],
    ['isError without content', { isError: true, message: 'x' }, 'throw new ToolError'],
    ['a Buffer', Buffer.from('x'), 'a Buffer. Return Buffer.from(bytes)'],
    ['a Buffer inside', { data: Buffer.from('x') }, 'a Buffer at /data'],
    ['bytes', new Uint8Array(2), 'a Uint8Array. Return Buffer.from(bytes)'],
    ['a typed array', new Float32Array(2), 'a Float32Array. Return Array.from(numbers)'],
    [
      'a view',
      new DataView(new ArrayBuffer(2)),
      'a DataView. Return Buffer.from(view.buffer, view.byteOffset, view.byteLength)',
    ],
    ['an ArrayBuffer', new ArrayBuffer(2), 'an ArrayBuffer'],
    ['a Blob', new Blob(['x']), 'a Blob. Return Buffer.from(await blob.arrayBuffer())'],
    ['a Map', new Map([['a', 1]]), 'a Map. Return Object.fromEntries(map)'],
    ['a Set', { tags: new Set(['a']) }, 'a Set at /tags'],
    ['a Response', new Response('x'), 'a Response. Return await response.text()'],
    ['a web stream', new ReadableStream(), 'a ReadableStream'],
    ['a stream of Node', Readable.from(['x']), 'a Readable'],
    [
      'a generator',
      (function* () {
        yield 1;
      })(),
      'a Generator',
    ],
    [
      'an async generator',
      (async function* () {
        yield await Promise.resolve(1);
      })(),
      'an AsyncGenerator',
    ],
    ['a promise inside', { a: Promise.resolve(1) }, 'a Promise at /a. Await it'],
    ['an error inside', { error: new Error('x') }, 'an Error at /error'],
    ['a pattern', /x/, 'a RegExp'],
    [
      'a class without members',
      new (class Hidden {
        #a = 1;
        get a() {
          return this.#a;
        }
      })(),
      'a Hidden',
    ],
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a function inside', { run: () => 1 }, 'a function at /run'],
    [
      'a circle',
      (() => {
        const a: Record<string, unknown> = {};
        a['self'] = a;
        return a;
      })(),
      'contains itself at /self',
    ],
  ])('fails the call, and names the shape: %s', async (_what, returned, told) => {
    for (const schema of [undefined, object({ optional: { type: 'string' } })]) {
      const { result, reported } = await returning(returned, schema);
      expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('Internal error') }] });
      expect(reported).toContain(told);
    }
  });

  it('is an image of a tool with an output schema that anything fits', async () => {
    for (const returned of [pixel, { content: [pixel] }, [pixel]]) {
      const { result, reported } = await returning(returned, object({ note: { type: 'string' } }));
      expect(result).toMatchObject({ isError: true });
      expect(reported).toContain('content without structuredContent');
    }
  });

  it('is a returned error, which is one that was thrown', async () => {
    const told = await returning(new ToolError('Ask Ada'));
    expect(told.result).toEqual({ content: [{ type: 'text', text: 'Ask Ada' }], isError: true });
    const { result, reported } = await returning(new TypeError('secret'), object({}));
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(reported).toBe('TypeError: secret');
  });

  it('is bytes in any form of a reader, and null of one that found nothing', async () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const values = [
      new Uint8Array([1, 2]),
      new Uint16Array([513]),
      new Uint8Array([1, 2]).buffer,
      new Blob([new Uint8Array([1, 2])]),
    ];
    values.forEach((value, index) => registry.resource(`a://${String(index)}`, {}, () => value as never));
    registry.resource('a://none', {}, () => null as never);
    registry.resource('a://map', {}, () => new Map() as never);
    const server = new TestServer(registry);
    for (const index of values.keys()) {
      const { body } = await server.call('2025-11-25', 'resources/read', { uri: `a://${String(index)}` });
      expect(body?.result).toEqual({ contents: [{ uri: `a://${String(index)}`, blob: 'AQI=' }] });
    }
    const none = await server.call('2025-11-25', 'resources/read', { uri: 'a://none' });
    expect(none.body?.error).toMatchObject({ code: -32002 });
    const map = await server.call('2025-11-25', 'resources/read', { uri: 'a://map' });
    expect(map.body?.error).toMatchObject({ code: -32603 });
    expect(String(server.reports[0]?.error)).toContain('a Map');
  });
});

describe('the media type of a Blob that a reader returns', () => {
  it('is sent, unless the definition has one', async () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const csv = (): never => new Blob(['x'], { type: 'text/csv' }) as never;
    registry.resource('a://said', {}, csv);
    registry.resource('a://defined', { mimeType: 'text/plain' }, csv);
    const server = new TestServer(registry);
    const typeOf = async (uri: string): Promise<unknown> =>
      (await server.call('2025-11-25', 'resources/read', { uri })).body?.result;
    expect(await typeOf('a://said')).toEqual({ contents: [{ uri: 'a://said', mimeType: 'text/csv', blob: 'eA==' }] });
    expect(await typeOf('a://defined')).toMatchObject({ contents: [{ mimeType: 'text/plain' }] });
  });
});

describe('a definition with members that there are not', () => {
  it.each([
    ['annotations of a tool', { annotations: { readonly: true } }, 'tool "x" annotations: there is no "readonly"'],
    [
      'a hint that is a text',
      { annotations: { readOnlyHint: 'yes' } },
      'annotations.readOnlyHint must be true or false',
    ],
    ['annotations of null', { annotations: null }, 'tool "x" annotations'],
    ['an icon', { icons: [{ src: 'https://a.example/i.png', size: '1x1' }] }, 'there is no "size"'],
    ['an icon without src', { icons: [{}] }, 'tool "x" icons[0] must be an object with src'],
  ])('is refused: %s', (_what, definition, message) => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    expect(() => registry.tool('x', definition as object, () => 1)).toThrow(message);
  });

  it('is refused of a resource and a prompt too', () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const annotations = { priority: 5 };
    expect(() => registry.resource('a://b', { annotations }, () => 'x')).toThrow(
      'priority must be a number from 0 to 1',
    );
    expect(() => registry.resourceTemplate('a://{b}', { annotations }, () => 'x')).toThrow('annotations.priority');
    expect(() => registry.prompt('b', { icons: {} as never }, () => 'x')).toThrow('prompt "b" icons must be an array');
  });
});

describe('an error inside a schema', () => {
  it('is a fault of the arguments for the caller, and reported to the operator', async () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const inputSchema = z.object({
      filter: z.preprocess((value) => JSON.parse(value as string) as unknown, z.object({})),
    });
    registry.tool('find', { inputSchema }, () => 'found');
    const server = new TestServer(registry);
    const { body } = await server.call('2025-11-25', 'tools/call', { name: 'find', arguments: { filter: '{oops' } });
    expect(body?.result).toMatchObject({ isError: true });
    expect(JSON.stringify(body)).toContain('/filter cannot be read');
    expect(server.reports).toMatchObject([{ method: 'tools/call', target: 'find', error: { name: 'SyntaxError' } }]);
  });
});

describe('an async function inside a schema of zod', () => {
  const rejecting = async (): Promise<boolean> => Promise.reject(new Error('the database is away'));
  const schemas: Readonly<Record<string, z.ZodType>> = {
    refine: z.object({ a: z.string().refine(rejecting) }),
    superRefine: z.object({ a: z.string().superRefine(rejecting as never) }),
    check: z.object({ a: z.string().check(rejecting as never) }),
    'refine of the root': z.object({ a: z.string() }).refine(rejecting),
    custom: z.object({ a: z.string().pipe(z.string().refine(rejecting)) }),
    'refine below lazy': z.object({ a: z.lazy(() => z.string().refine(rejecting)) }),
    'refine in a list': z.object({ a: z.string() }).and(z.object({ b: z.array(z.string().refine(rejecting)) })),
    'refine in a union': z.object({ a: z.union([z.number(), z.string().refine(rejecting)]) }),
    'refine of an optional member': z.object({ a: z.optional(z.string().refine(rejecting)) }),
    'refine in a record': z.object({ c: z.record(z.string(), z.string().refine(rejecting)) }),
  };

  it.each(Object.entries(schemas))(
    'that rejects is a fault of the arguments, and ends no process: %s',
    async (_title, inputSchema) => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown): void => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      try {
        const registry = createRegistry({ name: 'wild', version: '1.0.0' });
        const called: unknown[] = [];
        registry.tool('find', { inputSchema: inputSchema as never }, (args) => void called.push(args));
        const server = new TestServer(registry);
        const args = { a: 'x', b: ['y'], c: { d: 'z' } };
        const { body } = await server.call('2025-11-25', 'tools/call', { name: 'find', arguments: args });
        expect(body?.result).toMatchObject({ isError: true });
        expect(JSON.stringify(body)).toContain('cannot be read as the schema wants it');
        expect(JSON.stringify(body)).not.toContain('database');
        // Node tells of unhandled rejections after the microtasks of a turn.
        await new Promise(setImmediate);
        expect([called, unhandled]).toEqual([[], []]);
      } finally {
        process.off('unhandledRejection', note);
      }
    },
  );

  it('that fulfils decides, and converts', async () => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    const called: unknown[] = [];
    const inputSchema = z.object({
      get self() {
        return z.optional(inputSchema);
      },
      a: z.string().refine((value) => Promise.resolve(value === 'good'), 'is not good'),
    }) as z.ZodType<{ a: string }>;
    registry.tool('find', { inputSchema }, (args) => {
      called.push(args);
      return 'found';
    });
    const server = new TestServer(registry);
    const answer = async (args: object): Promise<string> =>
      JSON.stringify((await server.call('2025-11-25', 'tools/call', { name: 'find', arguments: args })).body);
    expect(await answer({ a: 'bad' })).toContain('/a is not good');
    expect(await answer({ a: 'good', self: { a: 'bad' } })).toContain('/self/a is not good');
    expect(await answer({ a: 'good', self: { a: 'good' } })).toContain('found');
    expect(called).toEqual([{ a: 'good', self: { a: 'good' } }]);
  });
});

describe('a result of another method', () => {
  const block = { type: 'text', text: 'x' };
  const shapes: Readonly<Record<string, unknown>> = {
    'contents, which a resource returns': { contents: [{ uri: 'x://y', text: 'x' }] },
    'messages, which a prompt returns': { messages: [{ role: 'user', content: block }] },
    'a JSON-RPC response': { jsonrpc: '2.0', id: 1, result: { content: [block] } },
  };
  const call = async (returned: unknown, definition = {}): Promise<{ text: string; told: string }> => {
    const registry = createRegistry({ name: 'wild', version: '1.0.0' });
    registry.tool('run', definition, () => returned as never);
    const server = new TestServer(registry);
    const { body } = await server.call('2025-11-25', 'tools/call', { name: 'run', arguments: {} });
    return { text: JSON.stringify(body), told: server.reports.map(({ error }) => String(error)).join() };
  };

  it.each(Object.entries(shapes))('is a failed call that names it: %s', async (name, returned) => {
    expect((await call(returned)).told).toContain(`The handler returned ${name}. Return `);
    // A schema says that it is data.
    const { text, told } = await call(returned, { outputSchema: { type: 'object', minProperties: 1 } });
    expect([told, text.includes(`"structuredContent":${JSON.stringify(returned)}`)]).toEqual(['', true]);
  });

  it.each([
    [{ contents: ['a'] }],
    [{ contents: [{ uri: 'x://y' }] }],
    [{ contents: [], total: 0 }],
    [{ contents: [{ uri: 'x://y', text: 'x' }], total: 1 }],
    [{ messages: [{ role: 'user', content: 'hello' }] }],
    [{ messages: [{ id: 1, subject: 'hello' }] }],
    [{ messages: [] }],
    [{ jsonrpc: '2.0', name: 'x' }],
  ])('is not meant by data that resembles one: %j', async (returned) => {
    const { text, told } = await call(returned);
    expect([told, text.includes(JSON.stringify(JSON.stringify(returned)))]).toEqual(['', true]);
  });
});

// Objects that handlers return because they have them at hand: of the platform, of databases, of other protocols.
import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { TestServer } from '../support/dispatching.js';

type Maker = () => unknown;

async function returning(make: Maker) {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  registry.tool('run', {}, make);
  const server = new TestServer(registry);
  const { body } = await server.call('2025-11-25', 'tools/call', { name: 'run' });
  return { result: body?.result as unknown, told: server.reports.map(({ error }) => (error as Error).message) };
}

/** As Mongoose's documents. */
class Document {
  readonly _doc = { a: 1 };
  toJSON(): object {
    return this._doc;
  }
}

/** As entities whose members are private. */
class Entity {
  readonly #name = 'ada';
  get name(): string {
    return this.#name;
  }
}

const circular: Record<string, unknown> = { a: 1 };
circular['self'] = circular;

const taken: readonly (readonly [string, Maker, string])[] = [
  ['a URL', () => ({ u: new URL('https://example.com/x') }), '{"u":"https://example.com/x"}'],
  ['an id with toJSON (ObjectId, Decimal)', () => ({ id: { toJSON: () => '64f' } }), '{"id":"64f"}'],
  ['a document with toJSON', () => new Document(), '{"a":1}'],
  ['toJSON that gives nothing', () => ({ a: { toJSON: () => undefined }, b: 1 }), '{"b":1}'],
  ['a text as an object', () => new String('x'), '"x"'],
  ['a number as an object', () => ({ n: new Number(5) }), '{"n":5}'],
  [
    'a row without a prototype (drivers of databases)',
    () => Object.assign(Object.create(null) as object, { a: 1 }),
    '{"a":1}',
  ],
  ['an array with a hole', () => ({ a: Object.assign([1], { 2: 3 }) }), '{"a":[1,null,3]}'],
  ['a proxy of an object', () => new Proxy({ a: 1 }, {}), '{"a":1}'],
  ['a member that is called __proto__', () => JSON.parse('{"__proto__":{"a":1}}') as unknown, '{"__proto__":{"a":1}}'],
  [
    'something that is only thenable',
    () => ({
      then: (resolve: (value: string) => void) => {
        resolve('late');
      },
    }),
    'late',
  ],
  ['a row with such a column', () => ({ id: 7, is_error: true }), '{"id":7,"is_error":true}'],
  ['an empty object', () => ({}), '{}'],
  ['an empty array', () => [], '[]'],
  ['an empty text', () => '', ''],
  ['null', () => null, 'null'],
  ['false', () => false, 'false'],
  ['zero', () => 0, '0'],
  ['a text with an error of its own', () => ({ error: 'x' }), '{"error":"x"}'],
  ['one block as content', () => ({ content: { type: 'text', text: 'x' } }), 'x'],
];

const refused: readonly (readonly [string, Maker, string])[] = [
  ['URLSearchParams', () => new URLSearchParams('a=1'), 'returned a URLSearchParams. Return an array or a text'],
  ['a regular expression', () => ({ r: /x/ }), 'returned a RegExp at /r'],
  ['a bigint', () => 10n, 'returned a bigint. Return String(value)'],
  ['a bigint inside', () => ({ n: 10n }), 'returned a bigint at /n'],
  ['a symbol', () => Symbol('x'), 'returned a symbol. Return a text'],
  ['a symbol inside', () => ({ s: Symbol('x') }), 'returned a symbol at /s'],
  ['a function', () => () => 1, 'returned a function'],
  ['a function inside', () => ({ f: () => 1, a: 1 }), 'returned a function at /f'],
  ['a promise inside', () => ({ p: Promise.resolve(1) }), 'returned a Promise at /p. Await it'],
  ['promises that nobody gathered', () => [Promise.resolve(1)], 'returned a Promise at /0. Await it'],
  ['a Map inside', () => ({ m: new Map([['a', 1]]) }), 'returned a Map at /m. Return Object.fromEntries(map)'],
  ['a Set', () => new Set([1]), 'returned a Set. Return an array: [...set]'],
  ['a WeakMap', () => new WeakMap(), 'returned a WeakMap'],
  [
    'a DataView',
    () => new DataView(new ArrayBuffer(2)),
    'returned a DataView. Return Buffer.from(view.buffer, view.byteOffset, view.byteLength)',
  ],
  ['an embedding', () => ({ v: new Float32Array([1]) }), 'returned a Float32Array at /v'],
  ['Headers', () => new Headers({ a: 'b' }), 'returned a Headers'],
  ['FormData', () => new FormData(), 'returned a FormData'],
  ['a Request', () => new Request('https://example.com'), 'returned a Request. Return the members that you need of it'],
  ['a signal', () => AbortSignal.abort(), 'returned an AbortSignal'],
  ['a date that is none', () => ({ d: new Date(NaN) }), 'returned an invalid Date at /d. Return null'],
  ['infinity', () => ({ n: Infinity }), 'returned Infinity at /n'],
  ['an object that contains itself', () => circular, 'returned an object that contains itself at /self'],
  ['an iterator', () => new Map([['a', 1]]).values(), 'Return an array or a text of what it gives'],
  [
    'an async iterable',
    () => ({
      async *[Symbol.asyncIterator]() {
        yield await Promise.resolve(1);
      },
    }),
    'Return an array or a text',
  ],
  ['an error inside', () => ({ e: new Error('secret') }), 'returned an Error at /e. Throw it'],
  ['several errors', () => new AggregateError([new Error('a')], 'both failed'), 'both failed'],
  ['an entity whose members are private', () => new Entity(), 'returned an Entity. JSON sees no members in it'],
  [
    'members of a prototype',
    () => ({ e: Object.create({ a: 1 }) as object }),
    'returned an Object at /e. JSON sees no members',
  ],
  ['a formatter', () => new Intl.NumberFormat(), 'returned a NumberFormat'],
  [
    'a failure as Python spells it',
    () => ({ content: [{ type: 'text', text: 'no such file' }], is_error: true }),
    'returned a result with is_error. Write isError',
  ],
  [
    'a result as Python spells it',
    () => ({ content: 'a', structured_content: { a: 1 } }),
    'returned a result with structured_content. Write structuredContent',
  ],
  ['structured_content alone', () => ({ structured_content: { a: 1 } }), 'Write structuredContent'],
  ['content that is null', () => ({ content: null }), 'content is no array of content blocks'],
  [
    'isError as a text',
    () => ({ isError: 'true', content: [{ type: 'text', text: 'x' }] }),
    'isError must be true or false',
  ],
  ['a text block with a number', () => ({ content: [{ type: 'text', text: 5 }] }), 'content[0] is no content block'],
  [
    'an image of OpenAI',
    () => ({ content: [{ type: 'image_url', image_url: { url: 'x' } }] }),
    'there is no type "image_url"',
  ],
  [
    'an image of Anthropic',
    () => ({ content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }] }),
    'content[0] is no content block',
  ],
  [
    'a resource without its URI',
    () => ({ content: [{ type: 'resource', resource: { text: 'x' } }] }),
    'content[0] is no content block',
  ],
  [
    'a link without its name',
    () => ({ content: [{ type: 'resource_link', uri: 'x://y' }] }),
    'content[0] is no content block',
  ],
];

describe('an object that is at hand', () => {
  it.each(taken)('is taken as it was meant: %s', async (_what, make, text) => {
    expect(await returning(make)).toEqual({ result: { content: [{ type: 'text', text }] }, told: [] });
  });

  it.each(refused)('is a failed call that the developer is told of: %s', async (_what, make, words) => {
    const { result, told } = await returning(make);
    expect(result).toEqual({
      content: [{ type: 'text', text: expect.stringMatching(/^Internal error\. Reference: /) }],
      isError: true,
    });
    expect(told).toEqual([expect.stringContaining(words)]);
  });
});

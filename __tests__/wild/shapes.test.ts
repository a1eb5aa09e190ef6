// JSON that handlers return and definitions hold, as people write it; the cases are data beside this file.
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, createRegistry } from '../../lib/index.js';
import { TestServer } from '../support/dispatching.js';
import type { WildCase } from './cases.js';
import { readCases, titled } from './cases.js';

interface ShapeCase extends WildCase {
  /** The function that returns the value, or the definition that has its members. */
  readonly of: string;
  readonly value: unknown;
  /** Part of the message to the developer. */
  readonly refused?: string;
  /** The result, to a client of 2025-11-25. */
  readonly result?: object;
  /** The only text of the result of a tool. */
  readonly text?: string;
  /** The content of the result of a tool, which may have other members. */
  readonly content?: readonly object[];
}

const cases = readCases('shapes.json') as readonly ShapeCase[];
const isOfDefinition = ({ of }: ShapeCase): boolean => of === 'server' || of.endsWith(' definition');

/** A server whose functions of every kind return the same. */
function serverReturning(value: unknown): TestServer {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  registry.tool('run', {}, () => value);
  registry.prompt('run', { arguments: { who: { complete: () => value as string[] } } }, () => value as string);
  registry.resource('test://one', {}, () => value as string);
  registry.resourceTemplate('t://{id}', { list: () => value as [] }, () => 'x');
  return new TestServer(registry);
}

const requests: Readonly<Record<string, readonly [string, object]>> = {
  tool: ['tools/call', { name: 'run' }],
  prompt: ['prompts/get', { name: 'run' }],
  resource: ['resources/read', { uri: 'test://one' }],
  completion: [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'run' }, argument: { name: 'who', value: '' } },
  ],
  listed: ['resources/list', {}],
};

describe('what handlers return', () => {
  it.each(titled(cases.filter((each) => !isOfDefinition(each))))('%s', async (_title, wild) => {
    const server = serverReturning(wild.value);
    const [method, params] = requests[wild.of] ?? ['', {}];
    const { body } = await server.call('2025-11-25', method, { ...params });
    const told = server.reports.map(({ error }) => (error as Error).message);
    if (wild.refused !== undefined) {
      expect(told).toEqual([expect.stringContaining(wild.refused)]);
      expect(JSON.stringify(body)).toContain('Internal error');
      return;
    }
    expect(told).toEqual([]);
    const { text, content, result } = wild;
    if (content !== undefined || wild.of === 'listed') {
      expect(body?.result).toMatchObject(content === undefined ? (result ?? {}) : { content });
      return;
    }
    expect(body?.result).toEqual(text === undefined ? result : { content: [{ type: 'text', text }] });
  });
});

describe('what definitions say', () => {
  const define: Readonly<Record<string, (value: object) => void>> = {
    'tool definition': (value) => void registry().tool('run', value, () => 'x'),
    'prompt definition': (value) => void registry().prompt('run', value, () => 'x'),
    'resource definition': (value) => void registry().resource('test://one', value, () => 'x'),
    'template definition': (value) => void registry().resourceTemplate('t://{id}', value, () => 'x'),
    server: (value) => void createRegistry({ name: 'wild', version: '1.0.0', ...value }),
  };
  const registry = () => createRegistry({ name: 'wild', version: '1.0.0' });

  it.each(titled(cases.filter(isOfDefinition)))('%s', (_title, { of, value, refused }) => {
    const make = (): void => define[of]?.(value as object);
    if (refused === undefined) {
      expect(make).not.toThrow();
      return;
    }
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(refused);
  });

  it.each<[string, object, string]>([
    ['a bigint', { a: { b: 1n } }, '"b"'],
    ['NaN', { a: NaN }, '"a"'],
    ['a function', { a: [() => 1] }, '"0"'],
    ['a Map', { a: new Map() }, '"a"'],
    ['a symbol', { a: Symbol('x') }, '"a"'],
  ])('with %s in _meta is refused', (_what, _meta, name) => {
    const make = (): unknown => registry().tool('run', { _meta: _meta as never }, () => 'x');
    expect(make).toThrow(`tool "run" _meta: JSON cannot carry the value of ${name}`);
  });

  it('with an object that contains itself in _meta is refused', () => {
    const inner: Record<string, unknown> = {};
    inner['self'] = inner;
    expect(() => registry().tool('run', { _meta: { inner } }, () => 'x')).toThrow(
      'JSON cannot carry the value of "self"',
    );
  });

  it('with a date in _meta is taken', () => {
    expect(() => registry().tool('run', { _meta: { at: new Date(0) } }, () => 'x')).not.toThrow();
  });
});

describe('the page size', () => {
  it.each([0, -1, 1.5, NaN, Infinity, -Infinity, 1e300, 2 ** 53, 100_001, '10', null, true, [10], {}])(
    '%p is refused, with what to write',
    (pageSize) => {
      const make = (): unknown => createRegistry({ name: 'x', version: '1' }, { pageSize: pageSize as number });
      expect(make).toThrow(ConfigurationError);
      expect(make).toThrow(
        /^createRegistry: pageSize must be a whole number from 1 to 100000, not .+\. Leave it out for 1000\.$/,
      );
    },
  );

  it('in the first argument is told its place', () => {
    expect(() => createRegistry({ name: 'x', version: '1', pageSize: 10 } as never)).toThrow(
      'Write it into the second argument: createRegistry({ name, version }, { pageSize })',
    );
  });

  it.each([1, 100_000])('%p is taken', (pageSize) => {
    expect(() => createRegistry({ name: 'x', version: '1' }, { pageSize })).not.toThrow();
  });
});

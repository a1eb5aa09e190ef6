import { describe, expect, it } from '@jest/globals';
import { lastPathRead } from '../../../lib/registry/schemas/last-path-read.js';

type Loose = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const thrower = (read: (value: Loose) => unknown) => (value: unknown) => {
  read(value as Loose);
  throw new Error('no');
};

describe('the part of a value at which a validator throws', () => {
  it('is what it read last', async () => {
    const value = { a: { b: 1, c: 2 } };
    expect(
      await lastPathRead(
        value,
        thrower(({ a }) => a?.['c']),
      ),
    ).toEqual(['a', 'c']);
    expect(
      await lastPathRead(
        value,
        thrower(({ a }) => a),
      ),
    ).toEqual(['a']);
  });

  it('is an index of an array, not its length or a method', async () => {
    const value = { list: [7, 8] };
    const last = thrower(({ list }) => [list?.[1], list?.['length'], list?.['map']]);
    expect(await lastPathRead(value, last)).toEqual(['list', '1']);
  });

  it('is not a symbol, nor a member that is not there', async () => {
    expect(
      await lastPathRead(
        { a: 1 },
        thrower((value) => [value['a'], value['none'], Object.prototype.toString.call(value)]),
      ),
    ).toEqual(['a']);
  });

  it('is also known of a promise that rejects', async () => {
    expect(
      await lastPathRead({ a: 1 }, (value) => Promise.resolve(value).then(thrower((given) => given['a']))),
    ).toEqual(['a']);
  });

  it.each([[7], [null], ['text']])('is the root for %j', async (value) => {
    expect(
      await lastPathRead(
        value,
        thrower(() => undefined),
      ),
    ).toEqual([]);
  });

  it('is unknown when it does not throw again', async () => {
    expect(await lastPathRead({ a: 1 }, (value) => (value as Loose)['a'])).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Eventually } from '../../lib/promises/and-then.js';
import { andThen, isPromise } from '../../lib/promises/and-then.js';
import { attempt } from '../../lib/promises/attempt.js';
import { lastly } from '../../lib/promises/lastly.js';

/** A promise of another library: it has `then` and nothing else. */
function foreign<T>(value: T): Promise<T> {
  const then = (resolve: (value: T) => unknown): unknown => resolve(value);
  return { then } as unknown as Promise<T>;
}

const failing = (): never => {
  throw new Error('failed');
};

/** The ways in which the same work may end. */
const ways: readonly (readonly [string, <T>(value: T) => Eventually<T>])[] = [
  ['at once', (value) => value],
  ['later', (value) => Promise.resolve(value)],
  ['by a promise of another library', (value) => foreign(value)],
];

describe('isPromise', () => {
  it('knows promises of any library, and no other value', () => {
    const values = [Promise.resolve(1), foreign(1), undefined, null, 1, 'then', {}, { then: 1 }, () => 1];
    expect(values.map((value) => isPromise(value))).toEqual([true, true, ...Array<boolean>(7).fill(false)]);
  });
});

describe('andThen', () => {
  it.each(ways)('goes on with a value that is there %s', async (_way, make) => {
    expect(await andThen(make(2), (value) => value + 1)).toBe(3);
    expect(await andThen(make(2), (value) => Promise.resolve(value * 2))).toBe(4);
  });

  it('goes on at once where the value is there, so that nothing has to be waited for', () => {
    expect(andThen(2, (value) => value + 1)).toBe(3);
    expect(() => andThen(2, failing)).toThrow('failed');
  });

  it('rejects with what comes after a promise throws, and with what the promise rejects', async () => {
    await expect(andThen(Promise.resolve(2), failing)).rejects.toThrow('failed');
    await expect(andThen(Promise.reject<number>(new Error('first')), (value) => value)).rejects.toThrow('first');
  });
});

describe('attempt', () => {
  const explain = (error: unknown): string => `explained: ${error instanceof Error ? error.message : ''}`;

  it.each(ways)('gives what the work gives %s', async (_way, make) => {
    expect(await attempt(() => make('done'), explain)).toBe('done');
  });

  it('catches what is thrown at once, and what a promise rejects with', async () => {
    expect(attempt<string>(failing, explain)).toBe('explained: failed');
    expect(await attempt(() => Promise.reject<string>(new Error('later')), explain)).toBe('explained: later');
  });

  it('lets pass what the explanation throws', async () => {
    expect(() => attempt(failing, failing)).toThrow('failed');
    await expect(attempt(() => Promise.reject<string>(new Error('later')), failing)).rejects.toThrow('failed');
  });
});

describe('lastly', () => {
  it.each(ways)('finishes once after work that ends %s', async (_way, make) => {
    const order: string[] = [];
    const result = await lastly(
      () => {
        order.push('work');
        return make('done');
      },
      () => order.push('finish'),
    );
    expect([result, ...order]).toEqual(['done', 'work', 'finish']);
  });

  it('finishes before it is over when the work needs no time, and only afterwards when it does', async () => {
    const finished: string[] = [];
    void lastly(
      () => 'done',
      () => finished.push('first'),
    );
    expect(finished).toEqual(['first']);
    const later = lastly(
      () => Promise.resolve('done'),
      () => finished.push('second'),
    );
    expect(finished).toEqual(['first']);
    await later;
    expect(finished).toEqual(['first', 'second']);
  });

  it('finishes after work that fails, too, and tells why it failed', async () => {
    let finished = 0;
    const finish = (): void => {
      finished += 1;
    };
    expect(() => lastly(failing, finish)).toThrow('failed');
    await expect(lastly(() => Promise.reject<string>(new Error('later')), finish)).rejects.toThrow('later');
    expect(finished).toBe(2);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { Refreshed } from '../../lib/oauth/refreshed.js';

const freshness = {
  refreshAfterMs: 100,
  waitAfterMs: 200,
  usableForMs: 300,
  cooldownMs: 50,
  pauseAfterFailureMs: 10,
};

let now: number;
let attempts: number;
/** The source's value; an error while it is down. */
let source: Error | string;
/** Lets a slow source answer. */
let answer: (() => void) | undefined;
let value: Refreshed<string>;

beforeEach(() => {
  [now, attempts, source, answer] = [1000, 0, 'first', undefined];
  const load = async (): Promise<string> => {
    attempts += 1;
    if (answer !== undefined) await new Promise<void>((resolve) => (answer = resolve));
    if (source instanceof Error) throw source;
    return source;
  };
  value = new Refreshed(load, freshness, () => now);
});

const down = new Error('down');
const settle = () => new Promise(setImmediate);
const slowly = (): void => {
  answer = () => undefined;
};

describe('a value that is refreshed', () => {
  it('is fetched when it is first needed, and once for all who wait', async () => {
    expect(attempts).toBe(0);
    expect(await Promise.all([value.get(), value.get(), value.renew()])).toEqual(['first', 'first', 'first']);
    expect(attempts).toBe(1);
  });

  it('is not fetched again before its time', async () => {
    await value.get();
    source = 'second';
    now += 99;
    expect(await value.get()).toBe('first');
    await settle();
    expect(attempts).toBe(1);
  });

  it('is fetched in the background by the first who uses it afterwards, who does not wait', async () => {
    await value.get();
    source = 'second';
    now += 100;
    expect(await Promise.all([value.get(), value.get()])).toEqual(['first', 'first']);
    await settle();
    expect(attempts).toBe(2);
    expect(await value.get()).toBe('second');
    now += 99;
    expect(await value.get()).toBe('second');
    expect(attempts).toBe(2);
  });

  it('serves while its source is down, without anybody getting the error', async () => {
    await value.get();
    source = down;
    now += 100;
    expect(await value.get()).toBe('first');
    await settle();
    now += 199;
    expect(await value.get()).toBe('first');
    expect(attempts).toBe(3);
  });

  it('is waited for when nobody has used it for long', async () => {
    await value.get();
    source = 'second';
    now += 199;
    expect(await value.get()).toBe('first');
    await settle();
    source = 'third';
    now += 200;
    expect(await value.get()).toBe('third');
  });

  it('serves after long disuse when its source is down, and need not be waited for once that is known', async () => {
    await value.get();
    source = down;
    now += 200;
    expect(await value.get()).toBe('first');
    now += 10;
    slowly();
    expect(await value.get()).toBe('first');
    expect(attempts).toBe(3);
    answer?.();
  });

  it('does not serve when it is too old', async () => {
    await value.get();
    source = down;
    now += 300;
    await expect(value.get()).rejects.toBe(down);
    source = 'second';
    now += 10;
    expect(await value.get()).toBe('second');
  });

  it('is not asked for again at once after a failure', async () => {
    source = down;
    await expect(value.get()).rejects.toBe(down);
    source = 'first';
    now += 9;
    await expect(value.get()).rejects.toBe(down);
    expect(attempts).toBe(1);
    now += 1;
    expect(await value.get()).toBe('first');
    expect(attempts).toBe(2);
  });

  it('is waited for again once its source is back', async () => {
    await value.get();
    source = down;
    now += 100;
    await value.get();
    await settle();
    source = 'second';
    now += 10;
    expect(await value.get()).toBe('first');
    await settle();
    source = 'third';
    now += 200;
    expect(await value.get()).toBe('third');
  });

  it('is renewed for who misses something in it, and then not again until the cooldown is over', async () => {
    await value.get();
    source = 'second';
    expect(await value.renew()).toBe('second');
    source = 'third';
    now += 49;
    expect(await value.renew()).toBe('second');
    expect(attempts).toBe(2);
    now += 1;
    expect(await value.renew()).toBe('third');
    expect(attempts).toBe(3);
  });

  it('is not renewed from a value that is too old, however short ago somebody asked', async () => {
    await value.get();
    now += 290;
    source = down;
    await expect(value.renew()).rejects.toBe(down);
    now += 10;
    source = 'second';
    expect(await value.renew()).toBe('second');
  });

  it('is renewed once for all who miss something while it is fetched', async () => {
    await value.get();
    source = 'second';
    slowly();
    const all = Promise.all([value.renew(), value.renew(), value.renew()]);
    await settle();
    answer?.();
    expect(await all).toEqual(['second', 'second', 'second']);
    expect(attempts).toBe(2);
  });

  it('takes its time from a clock that never goes back, unless it is told another', async () => {
    const timed = new Refreshed(() => Promise.resolve('now'), freshness);
    expect(await timed.get()).toBe('now');
  });
});

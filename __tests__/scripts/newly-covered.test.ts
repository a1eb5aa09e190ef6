import { describe, expect, it } from '@jest/globals';

interface Counters {
  readonly s: Readonly<Record<string, number>>;
  readonly f: Readonly<Record<string, number>>;
  readonly b: Readonly<Record<string, readonly number[]>>;
}

const script = '../../scripts/newly-covered.mjs';
const { NewlyCovered } = (await import(script)) as {
  readonly NewlyCovered: new () => { add(file: string, counters: Counters): boolean };
};

describe('what a test file covers', () => {
  const nothing: Counters = { s: { 0: 0, 1: 0 }, f: { 0: 0 }, b: { 0: [0, 0] } };

  it('is news when the file is, though nothing in it was reached', () => {
    const covered = new NewlyCovered();
    expect([covered.add('a.ts', nothing), covered.add('a.ts', nothing), covered.add('b.ts', nothing)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each<[string, Counters]>([
    ['a statement', { ...nothing, s: { 0: 0, 1: 3 } }],
    ['a function', { ...nothing, f: { 0: 1 } }],
    ['a way of a branch', { ...nothing, b: { 0: [0, 2] } }],
  ])('is news by %s that nobody reached before, once', (_what, counters) => {
    const covered = new NewlyCovered();
    covered.add('a.ts', nothing);
    expect([covered.add('a.ts', counters), covered.add('a.ts', counters)]).toEqual([true, false]);
  });

  it('is news by the other way of a branch', () => {
    const covered = new NewlyCovered();
    covered.add('a.ts', { ...nothing, b: { 0: [1, 0] } });
    expect(covered.add('a.ts', { ...nothing, b: { 0: [0, 1] } })).toBe(true);
  });
});

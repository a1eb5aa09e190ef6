import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { UsedIdentifiers } from '../../lib/stores/used-identifiers.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (seconds: number): void => {
  jest.setSystemTime(Date.now() + seconds * 1000);
};

/** Adds identifiers until one is refused, and returns how many were added. */
function fill(used: UsedIdentifiers, owner: string, most: number, seconds = 60): number {
  for (let count = 0; count < most; count += 1) {
    try {
      used.add(`${owner} ${String(count)}`, owner, seconds);
    } catch {
      return count;
    }
  }
  return most;
}

const refusal = 'More than 10 identifiers are in use at once, so new ones of this owner have to wait';

describe('used identifiers', () => {
  it('of one owner fill all, and then that owner waits while others go on', () => {
    const used = new UsedIdentifiers(10);
    expect(fill(used, 'ada', 11)).toBe(10);
    expect(used.add('grace 0', 'grace', 60)).toBe(true);
    expect(used.add('grace 0', 'grace', 60)).toBe(false);
    expect(used.size).toBe(10);
    expect(() => used.add('ada 10', 'ada', 60)).toThrow(refusal);
  });

  it('that made room are not taken again while they are alive, and are afterwards', () => {
    const used = new UsedIdentifiers(10);
    used.add('ada first', 'ada', 30);
    expect(fill(used, 'ada', 11)).toBe(9);
    expect(used.add('grace 0', 'grace', 60)).toBe(true);
    pass(29.999);
    expect(() => used.add('ada first', 'ada', 60)).toThrow(refusal);
    expect(() => used.add('ada another', 'ada', 60)).toThrow(refusal);
    pass(0.001);
    // All others have half a minute left, and ada has nine of them.
    expect(() => used.add('ada first', 'ada', 60)).toThrow(refusal);
    expect(used.add('joan 0', 'joan', 60)).toBe(true);
    pass(30);
    expect(used.add('ada first', 'ada', 60)).toBe(true);
    expect(used.size).toBe(2);
  });

  it('leave at once when they end, also those that came behind one that lasts longer', () => {
    const used = new UsedIdentifiers(10);
    used.add('long', 'ada', 900);
    expect(fill(used, 'ada', 11)).toBe(9);
    expect(fill(used, 'grace', 11)).toBe(5);
    pass(60);
    expect(used.add('x', 'joan', 60)).toBe(true);
    expect(used.size).toBe(2);
    used.clear();
    expect(used.size).toBe(0);
    expect(used.add('long', 'ada', 900)).toBe(true);
  });

  it('for no time are not kept', () => {
    const used = new UsedIdentifiers(10);
    expect([used.add('a', 'ada', 0), used.add('a', 'ada', 0), used.size]).toEqual([true, true, 0]);
  });

  it('of a thousand owners who take what they get leave each of them, and one more, a share', () => {
    const used = new UsedIdentifiers(10_000);
    expect(fill(used, 'first', 10_001)).toBe(10_000);
    for (let owner = 0; owner < 1000; owner += 1) fill(used, `owner ${String(owner)}`, 10_000);
    expect(used.size).toBe(10_000);
    // 10,000 among 1,002 owners.
    expect(fill(used, 'honest', 100)).toBeGreaterThanOrEqual(8);
  });

  it('of as many owners as there is room for leave none for one more: this is the bound', () => {
    const used = new UsedIdentifiers(10);
    for (let owner = 0; owner < 10; owner += 1) used.add(String(owner), String(owner), 60);
    expect(() => used.add('honest', 'honest', 60)).toThrow(refusal);
    pass(60);
    expect(used.add('honest', 'honest', 60)).toBe(true);
  });

  const step = fc.record({ owner: fc.nat(4), id: fc.nat(12), seconds: fc.constantFrom(1, 3, 20), passed: fc.nat(4) });

  it('are never taken twice while they are alive, and never refused to an owner below an equal share', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 12 }), (steps, most) => {
        const used = new UsedIdentifiers(most);
        const taken = new Map<string, { readonly owner: number; readonly until: number }>();
        for (const { owner, id: number, seconds, passed } of steps) {
          const id = `${String(owner)} ${String(number)}`;
          pass(passed);
          const alive = [...taken].filter(([, { until }]) => until > Date.now());
          const own = alive.filter(([, each]) => each.owner === owner).length;
          const owners = new Set([...alive.map(([, each]) => each.owner), owner]).size;
          const isAlive = alive.some(([each]) => each === id);
          let answer: boolean | undefined;
          try {
            answer = used.add(id, String(owner), seconds);
          } catch {
            answer = undefined;
          }
          if (isAlive) expect(answer).not.toBe(true);
          else if (own + 1 <= Math.floor(most / owners)) expect(answer).toBe(true);
          else expect(answer).not.toBe(false);
          if (answer === true) taken.set(id, { owner, until: Date.now() + seconds * 1000 });
          expect(used.size).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

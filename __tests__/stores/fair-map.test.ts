import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairMap } from '../../lib/stores/fair-map.js';
import type { Ranked } from '../../lib/stores/largest-first.js';
import { LargestFirst } from '../../lib/stores/largest-first.js';

interface Item extends Ranked {
  size: number;
}

/** A heap that counts how often it looks at a size. */
function countingHeap() {
  const count = { looks: 0 };
  const heap = new LargestFirst<Item>(
    (item) => {
      count.looks += 1;
      return item.size;
    },
    (item) => item,
  );
  return { heap, count };
}

describe('LargestFirst', () => {
  const change = fc.record({ at: fc.nat(15), size: fc.option(fc.nat(20), { nil: undefined }) });

  it('knows the largest item after any additions, changes and removals', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        const { heap } = countingHeap();
        const items = Array.from({ length: 16 }, (): Item => ({ size: 0, place: -1 }));
        for (const { at, size } of changes) {
          const item = items[at] ?? { size: 0, place: -1 };
          if (size === undefined) heap.delete(item);
          else {
            item.size = size;
            heap.update(item);
          }
          const inside = items.filter(({ place }) => place >= 0).map((each) => each.size);
          expect(heap.largest()?.size).toBe(inside.length === 0 ? undefined : Math.max(...inside));
        }
        heap.clear();
        expect(heap.largest()).toBeUndefined();
        expect(items.every(({ place }) => place === -1)).toBe(true);
      }),
    );
  });

  it('looks at 6 sizes for each doubling at the most, in the worst order', () => {
    const { heap, count } = countingHeap();
    const items = Array.from({ length: 2 ** 14 }, (_each, size): Item => ({ size, place: -1 }));
    for (const item of items) heap.update(item);
    let most = 0;
    for (let times = 0; times < 2000; times++) {
      count.looks = 0;
      // The largest becomes the smallest, and falls through the whole heap.
      const largest = heap.largest();
      if (largest === undefined) throw new Error('The heap is empty');
      largest.size = -times;
      heap.update(largest);
      most = Math.max(most, count.looks);
    }
    expect(most).toBeGreaterThan(14);
    expect(most).toBeLessThanOrEqual(14 * 6);
  });
});

describe('FairMap', () => {
  const act = fc.record({
    kind: fc.constantFrom('set', 'set', 'set', 'delete', 'resize', 'touch'),
    key: fc.nat(30).map((each) => `k${String(each)}`),
    owner: fc.constantFrom('ada', 'bob', 'eve'),
    weight: fc.nat(30),
  });

  it('never holds more than its limits, counts what each owner has, and takes from the owner with most', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const limits = { entries: 8, weight: 100 };
        const map = new FairMap<number>(limits);
        const known = new Map<string, { owner: string; weight: number }>();
        const heldBy = (owner: string) => [...known.values()].filter((each) => each.owner === owner);
        const sum = (entries: readonly { weight: number }[]) => entries.reduce((all, { weight }) => all + weight, 0);
        for (const { kind, key, owner, weight } of acts) {
          const before = new Map(known);
          if (kind === 'set') {
            map.set(key, weight, { owner, weight, seconds: 60 });
            known.set(key, { owner, weight });
          } else if (kind === 'delete') {
            map.delete(key);
            known.delete(key);
          } else if (kind === 'touch') map.touch(key, 60);
          else {
            map.resize(key, weight);
            const entry = known.get(key);
            if (entry !== undefined) known.set(key, { ...entry, weight });
          }
          const all = ['ada', 'bob', 'eve'];
          for (const [gone, entry] of [...known].filter(([each]) => map.get(each) === undefined)) {
            const [most, heaviest] = [(each: string) => heldBy(each).length, (each: string) => sum(heldBy(each))].map(
              (measure) => Math.max(...all.map(measure)),
            );
            const had = [heldBy(entry.owner).length, sum(heldBy(entry.owner))];
            // One goes after the other, so several that go at once are judged by the sizes before.
            if (known.size - map.size === 1) expect(had[0] === most || had[1] === heaviest).toBe(true);
            known.delete(gone);
          }
          expect(map.size).toBe(known.size);
          expect(map.size).toBeLessThanOrEqual(limits.entries);
          expect(sum([...known.values()])).toBeLessThanOrEqual(limits.weight);
          for (const each of all) {
            expect(map.held(each)).toEqual({ entries: heldBy(each).length, weight: sum(heldBy(each)) });
          }
          if (kind !== 'set' && kind !== 'resize') expect(known.size).toBeGreaterThanOrEqual(before.size - 1);
        }
        map.clear();
        expect([map.size, map.held('ada')]).toEqual([0, { entries: 0, weight: 0 }]);
      }),
    );
  });

  it('walks through no list of owners when it is full', () => {
    const map = new FairMap<number>({ entries: 2000, weight: 1e9 });
    for (let count = 0; count < 2000; count++) {
      map.set(`k${String(count)}`, count, { owner: `owner-${String(count)}`, weight: 1, seconds: 60 });
    }
    const walks = countWalks(() => {
      for (let count = 0; count < 500; count++) {
        map.set(`more-${String(count)}`, count, { owner: 'eve', weight: 1, seconds: 60 });
      }
    });
    expect(map.size).toBe(2000);
    expect(walks).toBeLessThan(500 * 4);
  });
});

/** How many steps iterators of maps take meanwhile. */
function countWalks(act: () => void): number {
  const prototype = Object.getPrototypeOf(new Map().values()) as { next: () => unknown };
  const { next } = prototype;
  let steps = 0;
  prototype.next = function counted(this: unknown) {
    steps += 1;
    return next.call(this);
  };
  try {
    act();
  } finally {
    prototype.next = next;
  }
  return steps;
}

import { describe, expect, it } from '@jest/globals';
import type { RedisStores, RedisStoresOptions } from '../../lib/redis/index.js';
import { until } from '../support/running-endpoint.js';

/**
 * Weights of sessions and event logs in Redis.
 *
 * @param open - an endpoint of its own, as two processes have it
 */
export function weighedStoresContract(
  open: (options: RedisStoresOptions) => readonly [RedisStores, RedisStores],
): void {
  const id = (): string => crypto.randomUUID();
  // A session without fields weighs 1024 bytes, and each field 96 beside its texts.
  const withText = (length: number) => ({ text: 'x'.repeat(length - 100) });

  describe('sessions in Redis', () => {
    it('of one owner weigh no more than its quota, whoever began them, and those of others as before', async () => {
      const [a, b] = open({});
      const quota = { owner: 'ada', most: 1000, mostBytes: 10_000 };
      const heavy = id();
      expect(await a.sessions.create(heavy, withText(3976), 60, quota)).toBe(true);
      expect(await b.sessions.create(id(), withText(2976), 60, quota)).toBe(true);
      const refused = id();
      expect(await b.sessions.create(refused, withText(2976), 60, quota)).toBe(false);
      expect(await a.sessions.read(refused, 60)).toBeUndefined();
      // To the byte.
      const smallest = { owner: 'ada', most: 1000, mostBytes: 10_024 };
      expect(await a.sessions.create(id(), {}, 60, { ...smallest, mostBytes: 10_023 })).toBe(false);
      expect(await a.sessions.create(id(), {}, 60, smallest)).toBe(true);
      expect(await b.sessions.create(id(), withText(8000), 60, { ...quota, owner: 'bob' })).toBe(true);
      await a.sessions.delete(heavy, 'ada');
      await until('there is room', () => b.sessions.create(id(), withText(3976), 60, smallest));
    });

    it('grow no further than the quota, and give back what they no longer hold', async () => {
      const [a, b] = open({});
      const quota = { owner: 'ada', most: 10, mostBytes: 5000 };
      const session = id();
      await a.sessions.create(session, {}, 60, quota);
      expect(await b.sessions.change(session, withText(3000), quota)).toBe(true);
      expect(await a.sessions.change(session, { more: 'y'.repeat(1000) }, quota)).toBe(false);
      expect(await b.sessions.read(session, 60)).toEqual(withText(3000));
      expect(await a.sessions.change(session, { text: undefined }, quota)).toBe(true);
      await until('there is room', () => b.sessions.change(session, { more: 'y'.repeat(1000) }, quota) as never);
      expect(await a.sessions.read(session, 60)).toEqual({ more: 'y'.repeat(1000) });
      // The same text again weighs nothing more, though room for it is needed until Redis has said so.
      for (let times = 0; times < 20; times++) {
        await until('it has settled', () => b.sessions.change(session, { more: 'y'.repeat(1000) }, quota) as never);
      }
    });

    it('that have ended weigh nothing, changed or not', async () => {
      const [a, b] = open({});
      const quota = { owner: 'ada', most: 10, mostBytes: 5000 };
      const [ended, brief] = [id(), id()];
      await a.sessions.create(ended, withText(2000), 60, quota);
      await a.sessions.create(brief, {}, 0.05, quota);
      await a.sessions.delete(ended, 'ada');
      await until('both are gone', async () => (await b.sessions.remainingMs?.(brief)) === undefined);
      await b.sessions.change(ended, withText(500), quota);
      await b.sessions.change(brief, withText(500), quota);
      await until('there is room', () => b.sessions.create(id(), withText(3900), 60, quota));
    });

    it('of many owners weigh no more than all may: who has most loses the oldest, and others lose none', async () => {
      const [a, b] = open({ sessionBytes: 20_000 });
      const [first, second, ofBob] = [id(), id(), id()];
      expect(await a.sessions.create(ofBob, withText(976), 50, { owner: 'bob', most: 10 })).toBe(true);
      expect(await a.sessions.create(first, withText(4976), 60, { owner: 'ada', most: 10 })).toBe(true);
      expect(await b.sessions.create(second, withText(4976), 70, { owner: 'ada', most: 10 })).toBe(true);
      // Eve is not the one who has most, yet.
      const ofEve = id();
      expect(await b.sessions.create(ofEve, withText(5976), 70, { owner: 'eve', most: 10 })).toBe(true);
      const kept = await Promise.all([first, second, ofBob, ofEve].map((name) => a.sessions.read(name, 60)));
      expect(kept.map((fields) => fields !== undefined)).toEqual([false, true, true, true]);
      // A session that alone is too much is refused.
      expect(await b.sessions.create(id(), withText(21_000), 70, { owner: 'eve', most: 10 })).toBe(false);
    });

    it('whose time is over make room before any that lives', async () => {
      const [a, b] = open({ sessionBytes: 20_000 });
      let used = '';
      await until('one is used within its time', async () => {
        used = id();
        await a.sessions.create(used, withText(4000), 0.05, { owner: 'ada', most: 10 });
        return (await a.sessions.read(used, 60)) !== undefined;
      });
      for (let each = 0; each < 9; each++) {
        expect(await b.sessions.create(id(), {}, 0.05, { owner: `owner ${each}`, most: 1 })).toBe(true);
      }
      const brief = id();
      await a.sessions.create(brief, {}, 0.05);
      await until('they have ended', async () => (await a.sessions.remainingMs?.(brief)) === undefined);
      expect(await b.sessions.create(id(), withText(8000), 60, { owner: 'bob', most: 10 })).toBe(true);
      expect(await b.sessions.read(used, 60)).toEqual(withText(4000));
    });

    it('of a thousand owners with one each stay within what all may', async () => {
      const [a, b] = open({ sessionBytes: 100_000 });
      const sessions = Array.from({ length: 1000 }, (_each, index) => ({ name: id(), owner: `owner ${index}` }));
      const honest = id();
      await a.sessions.create(honest, {}, 600);
      for (let begin = 0; begin < 1000; begin += 100) {
        const begun = sessions
          .slice(begin, begin + 100)
          .map(({ name, owner }, index) =>
            (index % 2 === 0 ? a : b).sessions.create(name, withText(1000), 60, { owner, most: 1 }),
          );
        await Promise.all(begun);
      }
      const left = await Promise.all(sessions.map(({ name }) => a.sessions.read(name, 60)));
      const kept = left.filter((fields) => fields !== undefined).length;
      expect(kept).toBeGreaterThan(20);
      expect(kept).toBeLessThanOrEqual(49);
      // One without an owner that weighs less than any of theirs.
      expect(await b.sessions.read(honest, 60)).toEqual({});
    });
  });

  describe('streams in Redis', () => {
    const firstOf = async ({ events }: RedisStores, stream: string, owner: string, length: number): Promise<string> =>
      events.append(stream, 'x'.repeat(length), false, 60, owner);
    const has = async ({ events }: RedisStores, stream: string, place: string): Promise<boolean> =>
      (await events.readAfter(stream, place)) !== undefined;

    it('of one owner weigh no more than one may: its oldest go, and those of others stay', async () => {
      const [a, b] = open({ eventBytesPerPrincipal: 40_000 });
      const ofBob = await firstOf(a, 'bob-1', 'bob', 1000);
      const one = await firstOf(a, 'ada-1', 'ada', 10_000);
      const two = await firstOf(b, 'ada-2', 'ada', 10_000);
      // 16 KiB each, rounded up.
      expect([await has(b, 'ada-1', one), await has(b, 'ada-2', two)]).toEqual([true, true]);
      const three = await firstOf(a, 'ada-3', 'ada', 10_000);
      expect([await has(a, 'ada-1', one), await has(a, 'ada-2', two), await has(a, 'ada-3', three)]).toEqual([
        false,
        true,
        true,
      ]);
      expect(await has(b, 'bob-1', ofBob)).toBe(true);
    });

    it('that alone weigh too much lose their oldest events, and keep none that is too large', async () => {
      const [a, b] = open({ eventBytesPerPrincipal: 40_000 });
      const places: string[] = [];
      for (let each = 0; each < 6; each++) {
        places.push(await firstOf(each % 2 === 0 ? a : b, 'stream', 'ada', 10_000));
      }
      const [, , second = '', third = ''] = places;
      expect(await has(a, 'stream', places[1] ?? '')).toBe(false);
      expect((await b.events.readAfter('stream', second))?.events.map((event) => event.id)).toEqual(places.slice(3));
      const large = await a.events.append('stream', 'x'.repeat(40_000), false, 60, 'ada');
      expect(await has(a, 'stream', third)).toBe(false);
      const anew = await b.events.append('stream', 'again', false, 60, 'ada');
      expect(Number(anew)).toBeGreaterThan(Number(places.at(-1)));
      // The client that had the large event goes on from there.
      expect(await a.events.readAfter('stream', large)).toEqual({
        events: [{ id: anew, message: 'again' }],
        isComplete: false,
      });
    });

    it('of many owners weigh no more than all may: who has most loses the oldest', async () => {
      const [a, b] = open({ eventBytes: 50_000 });
      const ofBob = await firstOf(a, 'bob-1', 'bob', 1000);
      const one = await firstOf(a, 'ada-1', 'ada', 10_000);
      const two = await firstOf(b, 'ada-2', 'ada', 10_000);
      const ofEve = await firstOf(b, 'eve-1', 'eve', 10_000);
      const kept = [
        await has(a, 'bob-1', ofBob),
        await has(a, 'ada-1', one),
        await has(b, 'ada-2', two),
        await has(a, 'eve-1', ofEve),
      ];
      expect(kept).toEqual([true, false, true, true]);
    });
  });
}

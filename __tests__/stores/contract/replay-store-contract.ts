import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { ReplayStore } from '../../../lib/index.js';

/** The contract of every replay store. @param open - two views of the same store, as two processes have them */
export function replayStoreContract(open: () => readonly [ReplayStore, ReplayStore]): void {
  describe('a replay store', () => {
    const id = (): string => `proof ${crypto.randomUUID()}`;

    it('says of an identifier once that it is new, whoever asks', async () => {
      const [a, b] = open();
      const [first, second] = [id(), id()];
      expect(await a.markUsed(first, 60)).toBe(true);
      expect(await b.markUsed(first, 60)).toBe(false);
      expect(await a.markUsed(first, 60)).toBe(false);
      expect(await b.markUsed(second, 60)).toBe(true);
    });

    it('lets one of many at the same moment be the first', async () => {
      const [a, b] = open();
      const contested = id();
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? a : b).markUsed(contested, 60)),
      );
      expect(answers.filter((isFirst) => isFirst)).toHaveLength(1);
    });

    it('says so whoever owns it', async () => {
      const [a, b] = open();
      const owned = id();
      expect(await a.markUsed(owned, 60, 'ada')).toBe(true);
      expect([await b.markUsed(owned, 60, 'grace'), await a.markUsed(owned, 60)]).toEqual([false, false]);
    });

    it('forgets when the time is over', async () => {
      const [a, b] = open();
      const brief = id();
      expect(await a.markUsed(brief, 0.05)).toBe(true);
      await pause(120);
      expect(await b.markUsed(brief, 60)).toBe(true);
    });

    it('takes any text for an identifier', async () => {
      const [a, b] = open();
      for (const text of ['{a}b', 'line\nbreak', 'ünïcödé 🗝', 'x'.repeat(2000)].map((start) => start + id())) {
        expect([await a.markUsed(text, 60), await b.markUsed(text, 60)]).toEqual([true, false]);
      }
    });
  });
}

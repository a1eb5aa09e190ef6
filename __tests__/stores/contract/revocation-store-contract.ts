import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { RevocationStore } from '../../../lib/index.js';

/** The contract of every revocation store. @param open - two views of the same store, as two processes have them */
export function revocationStoreContract(open: () => readonly [RevocationStore, RevocationStore]): void {
  describe('a revocation store', () => {
    const key = (): string => JSON.stringify(['sub', 'https://login.example.com/{x}', crypto.randomUUID()]);

    it('says when each was revoked, in the order of the question', async () => {
      const [a, b] = open();
      const [ada, bob, eve] = [key(), key(), key()];
      await a.revoke(ada, 1_760_000_000, 60);
      await a.revoke(eve, 1_760_000_500, 60);
      expect(await b.revokedAt([eve, bob, ada])).toEqual([1_760_000_500, undefined, 1_760_000_000]);
      expect(await b.revokedAt([])).toEqual([]);
    });

    it('lets a later revocation replace an earlier one', async () => {
      const [a, b] = open();
      const ada = key();
      await a.revoke(ada, 100, 60);
      await b.revoke(ada, 200, 60);
      expect(await a.revokedAt([ada])).toEqual([200]);
    });

    it('forgets when the time is over', async () => {
      const [a, b] = open();
      const ada = key();
      await a.revoke(ada, 100, 0.05);
      await pause(120);
      expect(await b.revokedAt([ada])).toEqual([undefined]);
    });
  });
}

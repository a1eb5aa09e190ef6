import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { SessionStore } from '../../../lib/index.js';
import { until } from '../../support/running-endpoint.js';

/** The contract of every session store. @param open - two views of the same store, as two processes have them */
export function sessionStoreContract(open: () => readonly [SessionStore, SessionStore]): void {
  describe('a session store', () => {
    const id = (): string => crypto.randomUUID();

    it('keeps fields, for whoever asks', async () => {
      const [a, b] = open();
      const session = id();
      const fields = { version: '2025-11-25', handshake: '{"a":"ü\\n"}', 'uri notes://all': '', __proto__x: '1' };
      await a.create(session, fields, 60);
      expect(await b.read(session, 60)).toEqual(fields);
      expect(await b.read(id(), 60)).toBeUndefined();
    });

    it('keeps a session that has no fields', async () => {
      const [a, b] = open();
      const session = id();
      await a.create(session, {}, 60);
      expect(await b.read(session, 60)).toEqual({});
    });

    it('says how long a session is kept, and keeps it no longer for that', async () => {
      const [a, b] = open();
      const session = id();
      expect(await a.remainingMs?.(session)).toBeUndefined();
      await a.create(session, {}, 60);
      expect(await b.remainingMs?.(session)).toBeGreaterThan(50_000);
      await a.read(session, 0.2);
      expect(await b.remainingMs?.(session)).toBeLessThanOrEqual(200);
      await until('the session expired', async () => (await b.remainingMs?.(session)) === undefined);
      expect(await a.read(session, 60)).toBeUndefined();
    });

    it('begins anew under the same name', async () => {
      const [a, b] = open();
      const session = id();
      await a.create(session, { old: '1' }, 60);
      await b.create(session, { new: '1' }, 60);
      expect(await a.read(session, 60)).toEqual({ new: '1' });
    });

    it('changes some fields and leaves the others', async () => {
      const [a, b] = open();
      const session = id();
      await a.create(session, { version: '1', logLevel: 'info', gone: 'x' }, 60);
      await b.change(session, { logLevel: 'debug', gone: undefined, added: '' });
      expect(await a.read(session, 60)).toEqual({ version: '1', logLevel: 'debug', added: '' });
      await a.change(session, { version: undefined, logLevel: undefined, added: undefined });
      expect(await b.read(session, 60)).toEqual({});
    });

    it('loses no change of many at the same moment', async () => {
      const [a, b] = open();
      const session = id();
      await a.create(session, { version: '1' }, 60);
      const names = Array.from({ length: 40 }, (_, index) => `uri notes://${index}`);
      await Promise.all(names.map((name, index) => (index % 2 === 0 ? a : b).change(session, { [name]: '' })));
      expect(Object.keys((await a.read(session, 60)) ?? {}).sort()).toEqual(['version', ...names].sort());
    });

    it('keeps as many of an owner as its quota says, whoever began them, and no fewer of another owner', async () => {
      const [a, b] = open();
      const quota = { owner: `ada ${id()}`, most: 3 };
      const [first, second, third] = [id(), id(), id()];
      expect(await a.create(first, {}, 60, quota)).toBe(true);
      expect(await b.create(second, {}, 60, quota)).toBe(true);
      expect(await a.create(third, {}, 60, quota)).toBe(true);
      const refused = id();
      expect(await b.create(refused, {}, 60, quota)).toBe(false);
      expect(await a.read(refused, 60)).toBeUndefined();
      expect(await b.create(id(), {}, 60, { owner: `bob ${id()}`, most: 3 })).toBe(true);
      expect(await b.create(id(), {}, 60)).toBe(true);
      await a.delete(second, quota.owner);
      await until('there is room', async () => b.create(id(), {}, 60, quota));
      expect(await a.create(id(), {}, 60, quota)).toBe(false);
    });

    it('gives no more than the quota to many who come at the same moment', async () => {
      const [a, b] = open();
      const quota = { owner: id(), most: 5 };
      const begun = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? a : b).create(id(), {}, 60, quota));
      expect((await Promise.all(begun)).filter(Boolean)).toHaveLength(5);
    });

    it('counts a session as long as it is used, and no longer', async () => {
      const [a, b] = open();
      const quota = { owner: id(), most: 2 };
      const used = id();
      await a.create(used, {}, 0.3, quota);
      await a.create(id(), {}, 0.3, quota);
      await a.read(used, 60);
      expect(await b.create(id(), {}, 60, quota)).toBe(false);
      await until('the other has ended', async () => b.create(id(), {}, 60, quota));
      expect(await b.create(id(), {}, 60, quota)).toBe(false);
      expect(await a.read(used, 60)).toEqual({});
    });

    it('does not bring back what has ended by changing it', async () => {
      const [a, b] = open();
      const session = id();
      await a.create(session, { version: '1' }, 60);
      await b.delete(session);
      await a.change(session, { logLevel: 'debug' });
      await a.delete(session);
      expect(await b.read(session, 60)).toBeUndefined();
    });

    it('ends a session that nobody uses', async () => {
      const [a, b] = open();
      const session = id();
      await a.create(session, { version: '1' }, 0.05);
      await pause(120);
      await a.change(session, { version: '2' });
      expect(await b.read(session, 60)).toBeUndefined();
    });

    it('keeps a session for the time that the last reader asked for, whatever is changed', async () => {
      const [a, b] = open();
      const [kept, ended] = [id(), id()];
      await a.create(kept, { version: '1' }, 2);
      await a.create(ended, { version: '1' }, 60);
      await b.read(kept, 60);
      await b.read(ended, 0.05);
      await pause(2100);
      expect([await a.read(kept, 60), await a.read(ended, 60)]).toEqual([{ version: '1' }, undefined]);
    });
  });
}

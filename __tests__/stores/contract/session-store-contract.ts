import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { SessionStore } from '../../../lib/index.js';

/** What every session store has to do. @param open - two views of the same store, as two processes have them */
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

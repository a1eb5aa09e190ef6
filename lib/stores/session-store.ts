import { ExpiringMap } from './expiring-map.js';

/** What is kept of a session: texts by name. */
export type SessionFields = Readonly<Record<string, string>>;

/** Keeps the sessions of legacy clients. Processes that share an endpoint have to share it. */
export interface SessionStore {
  /**
   * Begins a session.
   *
   * @param id - not guessable
   * @param seconds - how long it is kept when nobody uses it
   */
  create(id: string, fields: SessionFields, seconds: number): Promise<void>;
  /**
   * What is kept of a session, and keeps it for that long again.
   *
   * @param seconds - from now on
   * @returns undefined when there is no such session any more
   * @throws anything when that cannot be told; the request is refused then
   */
  read(id: string, seconds: number): Promise<SessionFields | undefined>;
  /**
   * Changes some fields, atomically, and leaves the others. Nothing happens when the session has ended.
   *
   * @param changes - new texts; undefined takes the field away
   */
  change(id: string, changes: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Ends a session. */
  delete(id: string): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

const mostSessions = 100_000;

/**
 * A {@link SessionStore} for one process.
 *
 * @param most - sessions at the most; when there are more, those that nobody used for longest end
 *
 * @example
 * ```ts
 * import { memorySessionStore } from 'express-mcp';
 *
 * const store = memorySessionStore();
 * await store.create('session-1', { version: '2025-11-25' }, 60);
 * await store.change('session-1', { logLevel: 'debug' });
 * console.log(await store.read('session-1', 60)); // { version: '2025-11-25', logLevel: 'debug' }
 * ```
 */
export function memorySessionStore(most = mostSessions): SessionStore {
  const sessions = new ExpiringMap<{ fields: SessionFields }>(most);
  return {
    create: (id, fields, seconds) => {
      sessions.set(id, { fields }, seconds);
      return Promise.resolve();
    },
    read: (id, seconds) => {
      const session = sessions.get(id);
      if (session !== undefined) sessions.set(id, session, seconds);
      return Promise.resolve(session?.fields);
    },
    change: (id, changes) => {
      const session = sessions.get(id);
      if (session !== undefined) session.fields = changed(session.fields, changes);
      return Promise.resolve();
    },
    delete: (id) => {
      sessions.delete(id);
      return Promise.resolve();
    },
    close: () => {
      sessions.clear();
      return Promise.resolve();
    },
  };
}

function changed(fields: SessionFields, changes: Readonly<Record<string, string | undefined>>): SessionFields {
  const all = Object.entries({ ...fields, ...changes });
  return Object.fromEntries(all.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

import { ExpiringMap } from './expiring-map.js';

/** What is kept of a session: texts by name. */
export type SessionFields = Readonly<Record<string, string>>;

/** How many sessions somebody may have. */
export interface SessionQuota {
  /** Whose session it is: any text. */
  readonly owner: string;
  /** Sessions of this owner at once. */
  readonly most: number;
}

/** Keeps the sessions of legacy clients. Processes that share an endpoint have to share it. */
export interface SessionStore {
  /**
   * Begins a session.
   *
   * @param id - not guessable
   * @param seconds - how long it is kept when nobody uses it
   * @param quota - when given, counted over all processes, atomically
   * @returns false, and no session, when the owner has as many already
   */
  create(id: string, fields: SessionFields, seconds: number, quota?: SessionQuota): Promise<boolean>;
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
  /**
   * Ends a session.
   *
   * @param owner - as it was given when the session began with a quota
   */
  delete(id: string, owner?: string): Promise<void>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** How many there are, for operators, where that costs nothing to tell. Optional. */
  count?(): number;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

interface Kept {
  fields: SessionFields;
  readonly owner: string | undefined;
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
  const counts = new Map<string, number>();
  const count = (owner: string | undefined, change: number): void => {
    if (owner === undefined) return;
    const left = (counts.get(owner) ?? 0) + change;
    if (left > 0) counts.set(owner, left);
    else counts.delete(owner);
  };
  const sessions = new ExpiringMap<Kept>(most, ({ owner }) => {
    count(owner, -1);
  });
  const hasRoom = ({ owner, most: quota }: SessionQuota): boolean => (counts.get(owner) ?? 0) < quota;
  return {
    create: (id, fields, seconds, quota) => {
      if (quota !== undefined && !hasRoom(quota)) {
        sessions.dropEnded();
        if (!hasRoom(quota)) return Promise.resolve(false);
      }
      sessions.set(id, { fields, owner: quota?.owner }, seconds);
      if (sessions.get(id) !== undefined) count(quota?.owner, 1);
      return Promise.resolve(true);
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
    count: () => {
      sessions.dropEnded();
      return sessions.size;
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

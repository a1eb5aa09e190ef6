import { FairMap } from './fair-map.js';

/** Stored fields of a session: texts by name. */
export type SessionFields = Readonly<Record<string, string>>;

/** How many sessions one owner may have, and how large. */
export interface SessionQuota {
  /** Owner of the session: any text. */
  readonly owner: string;
  /** Sessions of this owner at once. */
  readonly most: number;
  /** Bytes that all of them take in the store. Default: any number. A store that cannot tell leaves it aside. */
  readonly mostBytes?: number | undefined;
}

/** Keeps the sessions of legacy clients. Processes that share an endpoint have to share it. */
export interface SessionStore {
  /**
   * Begins a session.
   *
   * @param id - not guessable
   * @param seconds - how long it is kept without being used
   * @param quota - when given, counted over all processes, atomically
   * @returns false, and no session, when the owner has as many already, or they would take too many bytes
   */
  create(id: string, fields: SessionFields, seconds: number, quota?: SessionQuota): Promise<boolean>;
  /**
   * Reads the fields of a session, and keeps it for that long again.
   *
   * @param seconds - from now on
   * @returns undefined when there is no such session any more
   * @throws anything when that cannot be told; the request is refused then
   */
  read(id: string, seconds: number): Promise<SessionFields | undefined>;
  /**
   * Changes some fields, atomically, and leaves the others. If the session has ended, it stays so.
   *
   * @param changes - new texts; undefined takes the field away
   * @param quota - as it was given when the session began
   * @returns false, and no change, when the owner's sessions would take too many bytes; anything else when it was changed
   */
  change(id: string, changes: Readonly<Record<string, string | undefined>>, quota?: SessionQuota): Promise<unknown>;
  /**
   * Ends a session.
   *
   * @param owner - as it was given when the session began with a quota
   */
  delete(id: string, owner?: string): Promise<void>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /**
   * Returns how long a session is kept if no request uses it, and keeps it no longer for being asked. Optional: without it, sessions that
   * expire are not measured.
   *
   * @returns milliseconds; undefined if there is no such session
   */
  remainingMs?(id: string): Promise<number | undefined>;
  /** How many there are, for operators, where that costs nothing to tell. Optional. */
  count?(): number;
  /** How many sessions it has dropped so far to make room for others, for operators. Optional. */
  dropped?(): number;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

/** How much the sessions of one process take at the most. */
export interface SessionStoreLimits {
  /** Default 100,000. */
  readonly sessions?: number;
  /** Bytes of all of them together. Default 48 MiB. */
  readonly bytes?: number;
}

// With its id and its places in the maps.
const bytesOfSession = 512;

/** V8 takes two bytes for a character as soon as one of a text is beyond Latin-1. */
function bytesOf(fields: SessionFields): number {
  let characters = 0;
  for (const [name, text] of Object.entries(fields)) characters += name.length + text.length;
  return bytesOfSession + 2 * characters;
}

/**
 * A {@link SessionStore} for one process.
 *
 * @param limits - how many sessions, or see {@link SessionStoreLimits}; beyond, those end of the owner who has most, which were not used
 *   for longest
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
export function memorySessionStore(limits: SessionStoreLimits | number = {}): SessionStore {
  const { sessions: most = 100_000, bytes: maxBytes = 48 * 1024 * 1024 } =
    typeof limits === 'number' ? { sessions: limits } : limits;
  const sessions = new FairMap<{ fields: SessionFields; owner: string }>({ entries: most, weight: maxBytes });
  const hasRoom = (quota: SessionQuota | undefined, count: number, bytes: number): boolean => {
    if (quota === undefined) return true;
    const { entries, weight } = sessions.held(quota.owner);
    return entries + count <= quota.most && weight + bytes <= (quota.mostBytes ?? Infinity);
  };
  return {
    create: (id, fields, seconds, quota) => {
      const weight = bytesOf(fields);
      if (!hasRoom(quota, 1, weight)) {
        sessions.dropEnded();
        if (!hasRoom(quota, 1, weight)) return Promise.resolve(false);
      }
      const owner = quota?.owner ?? '';
      sessions.set(id, { fields, owner }, { owner, weight, seconds });
      return Promise.resolve(true);
    },
    read: (id, seconds) => {
      const session = sessions.get(id);
      if (session !== undefined) sessions.touch(id, seconds);
      return Promise.resolve(session?.fields);
    },
    change: (id, changes, quota) => {
      const session = sessions.get(id);
      if (session === undefined) return Promise.resolve(true);
      const fields = changed(session.fields, changes);
      const growth = bytesOf(fields) - bytesOf(session.fields);
      if (growth > 0 && !hasRoom(quota, 0, growth)) return Promise.resolve(false);
      session.fields = fields;
      sessions.resize(id, bytesOf(fields));
      return Promise.resolve(true);
    },
    delete: (id) => {
      sessions.delete(id);
      return Promise.resolve();
    },
    remainingMs: (id) => Promise.resolve(sessions.remainingMs(id)),
    count: () => {
      sessions.dropEnded();
      return sessions.size;
    },
    dropped: () => sessions.evicted,
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

import type { SessionData } from 'express-session';
import session from 'express-session';
import type { Database } from '../database/database.js';

type Done<T> = (error?: unknown, value?: T) => void;

/** The browser sessions of `express-session` in the app's database. */
export class SessionStore extends session.Store {
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  override get(id: string, done: Done<SessionData | null>): void {
    const rows = this.#database.query<{ readonly data: SessionData }>(
      'select data from sessions where id = $1 and expires_at > now()',
      [id],
    );
    answer(
      rows.then(([row]) => row?.data ?? null),
      done,
    );
  }

  override set(id: string, data: SessionData, done: Done<undefined> = ignore): void {
    const saved = this.#database.query(
      `insert into sessions (id, user_id, data, expires_at) values ($1, $2, $3, $4)
       on conflict (id) do update set user_id = excluded.user_id, data = excluded.data, expires_at = excluded.expires_at`,
      [id, data.userId ?? null, JSON.stringify(data), expiryOf(data)],
    );
    answer(
      saved.then(() => undefined),
      done,
    );
  }

  override destroy(id: string, done: Done<undefined> = ignore): void {
    answer(
      this.#database.query('delete from sessions where id = $1', [id]).then(() => undefined),
      done,
    );
  }

  override touch(id: string, data: SessionData, done: Done<undefined> = ignore): void {
    const touched = this.#database.query('update sessions set expires_at = $2 where id = $1', [id, expiryOf(data)]);
    answer(
      touched.then(() => undefined),
      done,
    );
  }
}

const ignore = (): void => undefined;

function expiryOf({ cookie }: SessionData): Date {
  return new Date(Date.now() + (cookie.originalMaxAge ?? 0));
}

function answer<T>(work: Promise<T>, done: Done<T>): void {
  work.then(
    (value) => {
      done(null, value);
    },
    (error: unknown) => {
      done(error);
    },
  );
}

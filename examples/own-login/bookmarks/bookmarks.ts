import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.js';

export interface Bookmark {
  readonly id: string;
  readonly url: string;
  readonly title: string;
}

/** Whether a text is an address that may become a link: `javascript:` and the like may not. */
export function isWebAddress(url: string): boolean {
  return url.length <= 2000 && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** The business logic of the app. Its pages and its MCP tools call the same functions. */
export class Bookmarks {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The bookmarks of a user that contain some words; all if there are no words. */
  async search(userId: string, words = ''): Promise<readonly Bookmark[]> {
    return this.#database.query<Bookmark>(
      `select id, url, title from bookmarks
        where user_id = $1 and strpos(lower(title || ' ' || url), lower($2)) > 0 order by created_at, id`,
      [userId, words],
    );
  }

  async add(userId: string, bookmark: Omit<Bookmark, 'id'>): Promise<Bookmark> {
    const added = { id: randomUUID(), ...bookmark };
    await this.#database.query('insert into bookmarks (id, user_id, url, title) values ($1, $2, $3, $4)', [
      added.id,
      userId,
      added.url,
      added.title,
    ]);
    return added;
  }

  /** @returns whether the user had such a bookmark */
  async delete(userId: string, id: string): Promise<boolean> {
    const deleted = await this.#database.query('delete from bookmarks where user_id = $1 and id = $2 returning id', [
      userId,
      id,
    ]);
    return deleted.length > 0;
  }
}

import { randomUUID } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { lockFolder } from './folder-lock.js';

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly createdAt: string;
}

/** Where the notes are: in PostgreSQL here, in Redis in examples/cluster. */
export interface Notes {
  /** The oldest first. */
  all(): Promise<readonly Note[]>;
  find(id: string): Promise<Note | undefined>;
  /** The notes that contain some words, in capitals or not. */
  search(words: string): Promise<readonly Note[]>;
  add(text: string): Promise<Note>;
  /** @returns whether there was such a note */
  delete(id: string): Promise<boolean>;
}

interface Row {
  readonly id: string;
  readonly text: string;
  readonly created_at: Date;
}

const table = `
  create table if not exists notes (
    id text primary key,
    text text not null,
    created_at timestamptz not null,
    number bigint generated always as identity
  )`;

/** Notes in PGlite: PostgreSQL as WebAssembly in this process, without anything to install. */
export class NoteStore implements Notes {
  readonly #database: PGlite;
  readonly #unlock: () => Promise<void>;

  private constructor(database: PGlite, unlock: () => Promise<void>) {
    this.#database = database;
    this.#unlock = unlock;
  }

  /**
   * Opens the notes, and makes what is missing.
   *
   * @param folder - where they are; without one they are in memory
   * @throws Error if another process has the folder open, or it holds something else
   */
  static async open(folder?: string): Promise<NoteStore> {
    const unlock = folder === undefined ? () => Promise.resolve() : await takeFolder(folder);
    try {
      const database = await PGlite.create(folder === undefined ? {} : { dataDir: folder });
      await database.exec(table);
      return new NoteStore(database, unlock);
    } catch (error) {
      await unlock();
      throw new Error(`The notes in ${folder ?? 'memory'} cannot be opened`, { cause: error });
    }
  }

  async all(): Promise<readonly Note[]> {
    return this.#notes('select * from notes order by number');
  }

  async find(id: string): Promise<Note | undefined> {
    const [note] = await this.#notes('select * from notes where id = $1', id);
    return note;
  }

  async search(words: string): Promise<readonly Note[]> {
    // Not `like`, to which "%" and "_" are more than characters.
    const containsWords = 'position(lower($1) in lower(text)) > 0';
    return this.#notes(`select * from notes where ${containsWords} order by number`, words);
  }

  async add(text: string): Promise<Note> {
    const values = [randomUUID().slice(0, 8), text, new Date().toISOString()];
    const [note] = await this.#notes(
      'insert into notes (id, text, created_at) values ($1, $2, $3) returning *',
      ...values,
    );
    if (note === undefined) throw new Error('The database did not return the note');
    return note;
  }

  async delete(id: string): Promise<boolean> {
    const deleted = await this.#notes('delete from notes where id = $1 returning *', id);
    return deleted.length > 0;
  }

  async close(): Promise<void> {
    await this.#database.close();
    await this.#unlock();
  }

  /** Runs one statement. Its values are sent beside it, so that they stay values. */
  async #notes(sql: string, ...values: readonly string[]): Promise<Note[]> {
    const { rows } = await this.#database.query<Row>(sql, values.map(storable));
    return rows.map(({ id, text, created_at: createdAt }) => ({ id, text, createdAt: createdAt.toISOString() }));
  }
}

/** PostgreSQL has no U+0000 in texts, and refuses a statement with one. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');

async function takeFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const files = await readdir(folder);
  // PGlite would put a new database among them.
  if (files.length > 0 && !files.includes('PG_VERSION')) throw new Error(`${folder} holds something else than notes`);
  return lockFolder(path.resolve(folder));
}

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { lockFolder } from './folder-lock.js';

/** The one way to the data: SQL with `$1`, `$2`, … for values. PostgreSQL and PGlite take the same statements. */
export interface Database {
  /**
   * Runs one statement.
   *
   * @returns its rows; of a change with `returning`, the rows that changed
   */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

/**
 * Opens a PostgreSQL database.
 *
 * @param url - such as `postgres://user:password@localhost/app`
 */
export async function openPostgres(url: string): Promise<Database> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url });
  // A connection that breaks while it is idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => {
    console.error('PostgreSQL:', error.message);
  });
  return {
    query: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query(sql, [...values])).rows as readonly Row[],
    close: () => pool.end(),
  };
}

/**
 * Opens PGlite: PostgreSQL as WebAssembly in this process.
 *
 * @param folder - where the data is; without one it is in memory
 * @throws Error if another process has the folder open
 */
export async function openPglite(folder?: string): Promise<Database> {
  if (folder === undefined) return withPglite();
  await mkdir(path.dirname(folder), { recursive: true });
  const unlock = await lockFolder(path.resolve(folder));
  try {
    return await withPglite(folder, unlock);
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function withPglite(folder?: string, unlock?: () => Promise<void>): Promise<Database> {
  const { PGlite } = await import('@electric-sql/pglite');
  const pglite = await (folder === undefined ? PGlite.create() : PGlite.create(folder));
  return {
    query: async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await pglite.query<Row>(sql, [...values])).rows,
    close: async () => {
      await pglite.close();
      await unlock?.();
    },
  };
}

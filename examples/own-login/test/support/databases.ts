import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../database/database.js';
import { openPglite, openPostgres } from '../../database/database.js';
import { findPostgres, howToInstall, startPostgres } from '../../database/local-postgres.js';
import type { LocalPostgres } from '../../database/local-postgres.js';

/** A database for a whole test file, that can be opened again as a restarted app does. */
export interface TestDatabase {
  open(): Promise<Database>;
  stop(): Promise<void>;
}

/** PGlite in a folder of its own. */
export function pglite(): TestDatabase {
  const folder = mkdtempSync(path.join(tmpdir(), 'own-login-pglite-'));
  return {
    open: () => openPglite(path.join(folder, 'data')),
    stop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** PostgreSQL, started anew. Under CI there has to be one. */
export function postgres(): TestDatabase {
  const folder = mkdtempSync(path.join(tmpdir(), 'own-login-postgres-'));
  // PostgreSQL's own user has to get into it.
  chmodSync(folder, 0o755);
  let starting: Promise<LocalPostgres> | undefined;
  return {
    open: async () => {
      starting ??= startPostgres(findPostgres() ?? '', path.join(folder, 'postgres'));
      return openPostgres((await starting).url);
    },
    stop: async () => {
      await (await starting)?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Why PostgreSQL is not tried on this machine; false where it is. */
export const withoutPostgres =
  findPostgres() === undefined && process.env['CI'] === undefined
    ? `There is no PostgreSQL on this machine. Install it: ${howToInstall}`
    : false;

import type { RevocationStore } from 'express-mcp';
import type { Database } from '../database/database.js';

/** Which access tokens are not good any more, in the app's database: every process that serves the endpoint knows. */
export function databaseRevocations(database: Database): RevocationStore {
  return {
    revoke: async (key, revokedAt, seconds) => {
      await database.query(
        `insert into revocations (key, revoked_at, expires_at) values ($1, $2, now() + $3 * interval '1 second')
         on conflict (key) do update set revoked_at = excluded.revoked_at, expires_at = excluded.expires_at`,
        [key, revokedAt, seconds],
      );
    },
    revokedAt: async (keys) => {
      const rows = await database.query<{ readonly key: string; readonly at: number }>(
        'select key, revoked_at as at from revocations where key = any($1::text[]) and expires_at > now()',
        [[...keys]],
      );
      const times = new Map(rows.map(({ at, key }) => [key, at]));
      return keys.map((key) => times.get(key));
    },
    check: async () => {
      await database.query('select 1');
    },
    // The database belongs to the app, which closes it.
    close: () => Promise.resolve(),
  };
}

import type { Database } from './database.js';

/** The app's tables, then the two for the authorization server. */
const statements: readonly string[] = [
  `create table if not exists users (
     id text primary key,
     name text not null unique,
     password_hash text not null,
     created_at timestamptz not null default now()
   )`,
  `create table if not exists sessions (
     id text primary key,
     user_id text references users on delete cascade,
     data jsonb not null,
     expires_at timestamptz not null
   )`,
  `create table if not exists bookmarks (
     id text primary key,
     user_id text not null references users on delete cascade,
     url text not null,
     title text not null,
     created_at timestamptz not null default now()
   )`,
  'create index if not exists bookmarks_of_user on bookmarks (user_id)',
  // Records of oidc-provider: clients, its sessions, waiting pages, codes, grants, refresh tokens.
  `create table if not exists oidc_records (
     model text not null,
     id text not null,
     payload jsonb not null,
     account_id text,
     grant_id text,
     uid text,
     created_at timestamptz not null default now(),
     expires_at timestamptz,
     consumed_at timestamptz,
     primary key (model, id)
   )`,
  'create index if not exists oidc_records_of_account on oidc_records (account_id)',
  'create index if not exists oidc_records_of_grant on oidc_records (grant_id)',
  'create index if not exists oidc_records_by_uid on oidc_records (uid)',
  'create index if not exists oidc_records_by_end on oidc_records (expires_at)',
  // Access tokens are JWTs and are not stored. Only revocations are.
  `create table if not exists revocations (
     key text primary key,
     revoked_at integer not null,
     expires_at timestamptz not null
   )`,
];

/** Makes the tables that are missing. */
export async function createTables(database: Database): Promise<void> {
  for (const statement of statements) await database.query(statement);
}

/**
 * Deletes expired records, and clients that registered more than a day ago and never got access. Anyone may register, so the table
 * would grow forever.
 */
export async function deleteExpired(database: Database): Promise<void> {
  await database.query('delete from sessions where expires_at < now()');
  await database.query('delete from revocations where expires_at < now()');
  await database.query('delete from oidc_records where expires_at < now()');
  await database.query(
    `delete from oidc_records client
      where client.model = 'Client' and client.created_at < now() - interval '1 day'
        and not exists (select from oidc_records other
                         where other.model = 'Grant' and other.payload->>'clientId' = client.id)`,
  );
}

// npm run own-login: the app on PostgreSQL where there is one, else on PGlite. `-- new-keys` prints secrets for the environment.
// PORT, PUBLIC_URL, DATABASE_URL, SIGNING_KEYS and COOKIE_SECRETS say otherwise; see README.md.
import path from 'node:path';
import { newCookieSecret, newSigningKey } from './config.js';
import type { Database } from './database/database.js';
import { openPglite, openPostgres } from './database/database.js';
import { findPostgres, howToInstall, startPostgres } from './database/local-postgres.js';
import { startApp } from './start.js';

const { DATABASE_URL, PORT } = process.env;
const folder = path.join(import.meta.dirname, '.data');

if (process.argv[2] === 'new-keys') {
  console.log(`SIGNING_KEYS='${JSON.stringify([newSigningKey()])}'\nCOOKIE_SECRETS='${newCookieSecret()}'`);
  process.exit();
}

/** Opens the database that there is. */
async function chooseDatabase(): Promise<{ readonly database: Database; readonly name: string }> {
  if (DATABASE_URL !== undefined) return { database: await openPostgres(DATABASE_URL), name: 'DATABASE_URL' };
  const binaries = findPostgres();
  if (binaries === undefined) {
    const name = `PGlite, in this process. For PostgreSQL: ${howToInstall}, or set DATABASE_URL`;
    return { database: await openPglite(path.join(folder, 'pglite')), name };
  }
  const postgres = await startPostgres(binaries, path.join(folder, 'postgres'));
  const database = await openPostgres(postgres.url);
  const close = async (): Promise<void> => {
    await database.close();
    await postgres.stop();
  };
  return { database: { ...database, close }, name: `PostgreSQL, in ${path.relative('', folder)}/postgres` };
}

const { database, name } = await chooseDatabase();
const app = await startApp(database, { port: Number(PORT ?? 3000), folder }).catch((error: unknown) => {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (isTaken && PORT === undefined) return startApp(database, { port: 0, folder });
  throw isTaken ? new Error(`Port ${String(PORT)} is taken. Set PORT to another one.`) : error;
});

const { config, endpoint } = app;
console.log(`
  The app               ${config.publicUrl.origin}  (make an account first)
  MCP endpoint          ${endpoint.href}
  Authorization server  ${config.publicUrl.origin}  (the same app)
  Database              ${name}

  Connect any MCP client to the endpoint; it brings you to the app's own sign-in page. For example:

    npx @modelcontextprotocol/inspector --transport http --server-url ${endpoint.href}
    claude mcp add --transport http bookmarks ${endpoint.href}

  See what a client would stumble over:

    npx express-mcp doctor ${endpoint.href}

  Ctrl-C stops.
`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void app.close().then(() => process.exit(0));
  });
}

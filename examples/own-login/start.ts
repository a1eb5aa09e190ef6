import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { AppOptions } from './app.js';
import { createApp } from './app.js';
import type { Config } from './config.js';
import { readConfig } from './config.js';
import type { Database } from './database/database.js';
import { createTables, deleteExpired } from './database/schema.js';

/** The app while it runs. */
export interface RunningApp {
  readonly config: Config;
  /** The MCP endpoint. */
  readonly endpoint: URL;
  close(): Promise<void>;
}

const cleanUpMs = 10 * 60_000;

/**
 * Starts the app.
 *
 * @param database - an open database; the app closes it
 * @param place - port (0 for any free one), and the folder for generated secrets
 */
export async function startApp(
  database: Database,
  place: { readonly port: number; readonly folder: string },
  options: AppOptions = {},
): Promise<RunningApp> {
  await createTables(database);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place.port, 'localhost', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const config = readConfig(process.env, {
    url: `http://localhost:${String(port)}`,
    secretsFile: path.join(place.folder, 'secrets.json'),
  });
  server.on('request', createApp(database, config, options));
  const cleanUp = setInterval(() => {
    deleteExpired(database).catch((error: unknown) => {
      console.error('What has expired could not be deleted:', error);
    });
  }, cleanUpMs).unref();
  return {
    config,
    endpoint: new URL('/mcp', config.publicUrl),
    close: async () => {
      clearInterval(cleanUp);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await database.close();
    },
  };
}

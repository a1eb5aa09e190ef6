import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A PostgreSQL that was started for this app. */
export interface LocalPostgres {
  /** For `openPostgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** How to install the binary. */
export const howToInstall = 'sudo apt-get install postgresql (Debian, Ubuntu), brew install postgresql (macOS)';

/**
 * Finds the folder that has `initdb` and `postgres`. Debian keeps it off the PATH.
 *
 * @returns undefined if there is none
 */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => path.join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(path.join(folder, name))));
}

/**
 * Starts PostgreSQL with a data folder of its own. It listens on 127.0.0.1 only, on a free port, and knows one user with a
 * random password, which lies beside the data.
 *
 * @param binaries - from {@link findPostgres}
 * @param folder - where its data is or will be
 * @throws Error with what PostgreSQL said if it does not start
 */
export async function startPostgres(binaries: string, folder: string): Promise<LocalPostgres> {
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  mkdirSync(folder, { recursive: true });
  const owner = ownerOf(folder);
  if (!existsSync(path.join(data, 'PG_VERSION'))) {
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (owner.uid !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
    const { status, stderr } = spawnSync(
      path.join(binaries, 'initdb'),
      ['-D', data, '-U', 'app', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--no-locale'],
      { cwd: folder, encoding: 'utf8', ...owner },
    );
    if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  }
  const port = await freePort();
  const server = spawn(
    path.join(binaries, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', '-c', 'logging_collector=off'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...owner },
  );
  const kill = (): boolean => server.kill('SIGINT');
  process.once('exit', kill);
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  while (!said.includes('ready to accept connections')) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${said}`);
    await delay(50);
  }
  return {
    url: `postgres://app:${readFileSync(passwordFile, 'utf8')}@127.0.0.1:${String(port)}/postgres`,
    stop: async () => {
      process.off('exit', kill);
      if (server.exitCode !== null) return;
      const exited = once(server, 'exit');
      // "Fast shutdown": connections are closed, what was committed is kept.
      kill();
      await exited;
    },
  };
}

/** PostgreSQL refuses to run as root. Debian's package has made a user for it. */
function ownerOf(folder: string): { readonly uid: number; readonly gid: number } | { readonly uid?: undefined } {
  if (process.getuid?.() !== 0) return {};
  const id = (kind: '-g' | '-u'): number => Number(spawnSync('id', [kind, 'postgres'], { encoding: 'utf8' }).stdout);
  const owner = { uid: id('-u'), gid: id('-g') };
  chownSync(folder, owner.uid, owner.gid);
  return owner;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

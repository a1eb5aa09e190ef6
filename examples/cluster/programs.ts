import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** The programs that the cluster consists of beside Node, by the package of Debian that has them. */
export const programs = { nginx: 'nginx-light', 'redis-server': 'redis-server' } as const;

/**
 * Where a program is. Debian has nginx in /usr/sbin, which ordinary users do not have on their PATH.
 *
 * @returns its file; undefined when it is not installed
 */
export function findProgram(name: keyof typeof programs): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin'];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Finds out whether a port can be listened on, for programs that do not choose one themselves.
 *
 * @param wanted - 0 for any
 * @returns the port
 * @throws Error EADDRINUSE
 */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

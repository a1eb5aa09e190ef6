// @ts-check
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The programs of the system that tests, examples and measurements use beside Node, each with Debian's package that has it. */
export const programs = /** @type {const} */ ({
  nginx: 'nginx-light',
  python3: 'python3',
  'redis-server': 'redis-server',
  'qemu-x86_64': 'qemu-user',
  'qemu-aarch64': 'qemu-user',
  cc: 'gcc',
});

/** @typedef {keyof typeof programs} ProgramName */

/**
 * Where a program is. Debian has nginx in /usr/sbin, which ordinary users do not have on their PATH.
 *
 * @param {ProgramName} name
 * @returns {string | undefined} its file; undefined when it is not installed
 */
export function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/local/sbin', '/usr/sbin'];
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

/**
 * The command that installs programs on Debian.
 *
 * @param {readonly ProgramName[]} names
 * @returns {string}
 */
export function installCommand(names) {
  return `apt-get install ${names.map((name) => programs[name]).join(' ')}`;
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

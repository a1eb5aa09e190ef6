// @ts-check
// Counts the instructions that a process runs in user mode, by qemu-user with a plugin. The figure is the same on a busy machine as on an
// idle one. It has neither time in the kernel nor cache misses, so figures are compared with each other only.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('count-instructions.c', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/instructions/', import.meta.url));
const plugin = path.join(cache, 'count-instructions.so');

/** The emulator of this machine's own instructions: a program of Debian's package qemu-user. */
export const emulator = process.arch === 'arm64' ? 'qemu-aarch64' : 'qemu-x86_64';

/** Builds the plugin. Throws with what to install if this machine cannot count. */
export function assertEmulator() {
  if (!['arm64', 'x64'].includes(process.arch) || spawnSync(emulator, ['--version']).status !== 0) {
    throw new Error('Counting instructions takes qemu-user: apt-get install qemu-user');
  }
  if (existsSync(plugin) && statSync(plugin).mtimeMs >= statSync(source).mtimeMs) return;
  mkdirSync(cache, { recursive: true });
  // Several processes may build it at once; each file that gets the name is whole.
  const own = `${plugin}.${process.pid}`;
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', own, source], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('Counting instructions takes a C compiler: apt-get install gcc libc6-dev');
  renameSync(own, plugin);
}

/** The count of one emulated process. */
export class InstructionCount {
  /** @type {number | undefined} */
  #descriptor;

  /** @param {string} name - of its own for every process */
  constructor(name) {
    /** The file with the count: 8 bytes, which the process itself may read too. */
    this.file = path.join(cache, `${process.pid}-${name}.count`);
  }

  /** The command that runs a program under the emulator. @returns {readonly [string, ...string[]]} */
  get command() {
    return [emulator, '-plugin', `${plugin},out=${this.file}`];
  }

  /** Instructions that the process has run so far. */
  read() {
    this.#descriptor ??= openSync(this.file, 'r');
    const bytes = Buffer.alloc(8);
    readSync(this.#descriptor, bytes, 0, 8, 0);
    return Number(bytes.readBigUInt64LE());
  }

  close() {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    rmSync(this.file, { force: true });
  }
}

// qemu-user with a plugin that counts instructions: the result is the same on a busy and on an idle machine. It sees neither time in
// the kernel nor cache misses, so results are only comparable with each other.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('count-instructions.c', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/instructions/', import.meta.url));
const plugin = path.join(cache, 'count-instructions.so');
const emulator = { x64: 'qemu-x86_64', arm64: 'qemu-aarch64' }[process.arch];

/** Throws with installation instructions if this machine cannot count. */
export function assertEmulator() {
  if (emulator === undefined || spawnSync(emulator, ['--version']).status !== 0) {
    throw new Error('Counting instructions takes qemu-user: apt-get install qemu-user');
  }
  if (existsSync(plugin) && statSync(plugin).mtimeMs >= statSync(source).mtimeMs) return;
  mkdirSync(cache, { recursive: true });
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', plugin, source], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('Counting instructions takes a C compiler: apt-get install gcc libc6-dev');
}

/** The count of one emulated process. */
export class InstructionCount {
  #file;
  #descriptor;

  /** @param {string} name - unique for every process */
  constructor(name) {
    this.#file = path.join(cache, `${process.pid}-${name}.count`);
  }

  /** The command that runs Node under the emulator. @returns {readonly string[]} */
  get command() {
    return [emulator, '-plugin', `${plugin},out=${this.#file}`];
  }

  /** Instructions that the process has run so far. */
  read() {
    this.#descriptor ??= openSync(this.#file, 'r');
    const bytes = Buffer.alloc(8);
    readSync(this.#descriptor, bytes, 0, 8, 0);
    return Number(bytes.readBigUInt64LE());
  }

  close() {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }
}

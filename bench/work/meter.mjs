import { openSync, readSync } from 'node:fs';

/**
 * Makes a function that tells how much this process has spent so far. The unit is the instruction if an emulator counts them in a file,
 * otherwise the microsecond of CPU.
 *
 * @param {string} [file] - of `InstructionCount`
 * @returns {() => number}
 */
export function createMeter(file) {
  if (file === undefined) {
    return () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    };
  }
  const descriptor = openSync(file, 'r');
  const bytes = Buffer.alloc(8);
  return () => {
    readSync(descriptor, bytes, 0, 8, 0);
    return Number(bytes.readBigUInt64LE());
  };
}

import { readFile, rm, writeFile } from 'node:fs/promises';

/** The folders that this process has open. */
const ours = new Set<string>();

/**
 * Takes a folder for this process alone. PGlite lets two processes open the same data, and each loses what the other writes.
 *
 * @returns gives it back
 * @throws Error if another process has it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = `${folder}.lock`;
  if (!(await wasWritten(file))) {
    const holder = Number(await readFile(file, 'utf8'));
    // A container that starts again has the process id that it had before.
    const isOpen = holder === process.pid ? ours.has(file) : isRunning(holder);
    if (isOpen) {
      throw new Error(
        `Process ${String(holder)} has ${folder} open, and only one can. If that process is something else, delete ${file}.`,
      );
    }
    // The process that wrote it was killed.
    await rm(file);
    if (!(await wasWritten(file))) throw new Error(`Another process has just opened ${folder}, and only one can.`);
  }
  ours.add(file);
  return async () => {
    ours.delete(file);
    await rm(file, { force: true });
  };
}

/** @returns false if there is such a file already */
async function wasWritten(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // Without the right to send it a signal, it is there all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

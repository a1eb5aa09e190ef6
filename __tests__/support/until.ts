import { setTimeout as pause } from 'node:timers/promises';

const patienceMs = 15_000;

/** Waits until something is so; a test that waits in vain fails with what it waited for. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}`);
    await pause(20);
  }
}

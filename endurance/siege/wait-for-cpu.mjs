import { readFileSync } from 'node:fs';

/**
 * Milliseconds since its start in which a process was ready to run, but no processor was free. Other programs on the machine cause
 * that, not callers. Linux only; 0 elsewhere.
 *
 * @param {number} pid
 */
export function waitForCpuMs(pid) {
  try {
    // Nanoseconds on a processor, nanoseconds in the queue for one, and how often (proc(5)).
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

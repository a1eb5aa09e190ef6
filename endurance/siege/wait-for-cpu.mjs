import { readFileSync } from 'node:fs';

/**
 * For how long a process was ready to run, since it began, while no processor was free for it. What else runs on the machine does that,
 * and no caller. Linux only; 0 elsewhere.
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

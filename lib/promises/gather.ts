import type { Eventually } from './and-then.js';
import { isPromise } from './and-then.js';

/**
 * Several values as one: at once when all are there, later when one is promised.
 *
 * @param values - what is waited for
 * @returns the same array when nothing is promised; else a promise that rejects with the first that rejects
 */
export function gather<T>(values: readonly Eventually<T>[]): Eventually<readonly T[]> {
  return values.some(isPromise) ? Promise.all(values) : (values as readonly T[]);
}

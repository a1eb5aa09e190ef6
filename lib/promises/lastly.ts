import type { Eventually } from './and-then.js';
import { isPromise } from './and-then.js';

/**
 * `try` and `finally` around work that may be done at once or later.
 *
 * @param work - what to do
 * @param finish - what to do when it is over, however it ended
 * @throws what the work throws; else the promise rejects with it
 */
export function lastly<T>(work: () => Eventually<T>, finish: () => void): Eventually<T> {
  let value: Eventually<T>;
  try {
    value = work();
  } catch (error) {
    finish();
    throw error;
  }
  if (isPromise(value)) return Promise.resolve(value).finally(finish);
  finish();
  return value;
}

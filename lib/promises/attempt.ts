import type { Eventually } from './and-then.js';
import { isPromise } from './and-then.js';

/**
 * `try` and `catch` around work that may be done at once or later.
 *
 * @param work - what to do
 * @param onError - what to give instead when it throws, or when its promise rejects
 * @throws what `onError` throws, when the work throws; else the promise rejects with it
 */
export function attempt<T>(work: () => Eventually<T>, onError: (error: unknown) => Eventually<T>): Eventually<T> {
  try {
    const value = work();
    return isPromise(value) ? Promise.resolve(value).catch(onError) : value;
  } catch (error) {
    return onError(error);
  }
}

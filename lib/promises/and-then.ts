/** A value, or a promise of one. A promise costs more than most steps on the way of a request. */
export type Eventually<T> = Promise<T> | T;

/**
 * Goes on with a value: at once when it is there, later when it is promised.
 *
 * @param value - what is waited for
 * @param next - what to do with it
 * @throws what `next` throws, when the value is there already; else the promise rejects with it
 */
export function andThen<T, R>(value: Eventually<T>, next: (value: T) => Eventually<R>): Eventually<R> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value);
}

/** Whether a value is a promise of this or of another library. */
export function isPromise<T>(value: PromiseLike<T> | T): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

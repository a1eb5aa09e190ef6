/** Something was promised and not there in time. */
export class TooLateError extends Error {
  override get name(): string {
    return 'TooLateError';
  }
}

/**
 * Waits for a promise, but not for ever.
 *
 * @param milliseconds - how long
 * @param what - what failed when the time is over, such as `Redis did not answer PUBLISH`
 * @param onTimeout - called then
 * @throws TooLateError when the time is over
 */
export async function within<T>(
  milliseconds: number,
  work: Promise<T>,
  what: string,
  onTimeout: () => void = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      onTimeout();
      reject(new TooLateError(`${what} within ${milliseconds} ms`));
    }, milliseconds).unref();
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

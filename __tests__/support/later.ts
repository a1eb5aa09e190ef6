import { jest } from '@jest/globals';

/**
 * Runs something as if this many milliseconds had gone by on the clock that durations are measured with (`performance.now`). Timers of
 * sockets and dates go on as they are.
 */
export async function later<T>(ms: number, run: () => Promise<T>): Promise<T> {
  const now = performance.now.bind(performance);
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + ms);
  try {
    return await run();
  } finally {
    clock.mockRestore();
  }
}

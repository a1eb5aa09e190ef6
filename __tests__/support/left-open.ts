/**
 * Functions that end parts which tests made and need not end themselves. `close-left-open.ts` runs them after each test file, since
 * later code would run without Jest's globals.
 */
export const leftOpen = new Set<() => Promise<unknown>>();

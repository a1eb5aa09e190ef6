/**
 * What ends parts that a test made and need not end itself. `close-left-open.ts` does it behind each test file, since what goes on after
 * its file finds that Jest has taken its globals away.
 */
export const leftOpen = new Set<() => Promise<unknown>>();

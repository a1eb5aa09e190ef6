/* eslint-disable no-console -- oidc-provider writes to the console, so the console is where it has to be stopped. */

/**
 * Runs a function without oidc-provider's notices. At import and construction it warns that it is not set up for production. Here that
 * is intended, and the server's name says so.
 *
 * @param work - the function; its other log output appears as usual
 */
export async function withoutNotices<T>(work: () => Promise<T> | T): Promise<T> {
  const { info, warn } = console;
  const unlessNotice =
    (log: typeof console.info) =>
    (...words: readonly unknown[]): void => {
      if (!String(words[0]).includes('oidc-provider ')) log(...words);
    };
  console.info = unlessNotice(info);
  console.warn = unlessNotice(warn);
  try {
    return await work();
  } finally {
    console.info = info;
    console.warn = warn;
  }
}

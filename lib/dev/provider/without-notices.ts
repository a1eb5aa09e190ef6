/* eslint-disable no-console -- oidc-provider writes to the console, so the console is where it has to be stopped. */

/**
 * Runs something without the notices of oidc-provider. It says on the console, when it is imported and constructed, that
 * it is not set up for production. Here that is so on purpose; whoever starts this server knows it from its name.
 *
 * @param work - what to run; everything else that is logged meanwhile appears as ever
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

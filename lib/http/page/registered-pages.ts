import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Answers a request with a page if it is a request for it.
 *
 * @returns whether it answered
 * @throws ConfigurationError `missing_option` if nothing says what the public URL is
 */
export type PageAnswer = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * The page of every handler that has one.
 *
 * `mcpAuth` refuses requests without a token, also those of browsers. Before it does, it asks whether a handler behind it
 * has a page, and lets that answer. The request itself goes no further, and the page is not told who asks.
 */
const pages = new WeakMap<object, PageAnswer>();

/**
 * Makes a page known to the `mcpAuth` in front of its handler.
 *
 * @param handler - the middleware function
 * @param answer - answers with the page, and does nothing else
 */
export function registerPage(handler: object, answer: PageAnswer): void {
  pages.set(handler, answer);
}

/** Returns the page of a handler, or undefined if it has none. */
export function pageOf(handler: object): PageAnswer | undefined {
  return pages.get(handler);
}

import type { Request } from 'express';

/**
 * The whole path of a request, wherever the middleware is mounted: what was stripped by mounting and what is left. It is
 * read from where Express reads it, so that nobody gets past us with a path that Express and we understand differently
 * (absolute form, `#`), and so that `mcpAuth` and `mcpRouter` can never disagree about which requests are theirs.
 *
 * @param request - an Express request
 */
export function requestPath({ baseUrl, path }: Request): string {
  return baseUrl + path;
}

/**
 * Whether two paths are the same to Express, which by default ignores case and a slash at the end. An endpoint that
 * insisted on the exact path would leave a handler behind it open to everyone who writes `/MCP`.
 */
export function isSamePath(one: string, other: string): boolean {
  return one === other || comparable(one) === comparable(other);
}

function comparable(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end).toLowerCase();
}

import type { Request } from 'express';

/**
 * The path of a request as the client wrote it, without the query. Always the whole path, wherever the middleware is
 * mounted, so that one comparison serves an app, a router and a prefix alike, and `mcpAuth` and `mcpRouter` can never
 * disagree about which requests are theirs.
 *
 * @param request - an Express request
 */
export function requestPath(request: Request): string {
  const url = request.originalUrl;
  const query = url.indexOf('?');
  const path = query === -1 ? url : url.slice(0, query);
  // RFC 9112 §3.2.2: a server MUST accept the absolute form as well, which proxies use.
  return path.startsWith('/') || !URL.canParse(path) ? path : new URL(path).pathname;
}

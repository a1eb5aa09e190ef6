import type { HostedRequest } from './hosted-request.js';

/**
 * The part of the path that the host has taken from `url` because the middleware is mounted below it; empty at the root.
 *
 * @param request - as the host hands it on
 */
export function mountOf(request: HostedRequest): string {
  const { baseUrl, originalUrl, url } = request;
  // Express says it. connect and polka only keep the target as it was sent.
  if (baseUrl !== undefined) return baseUrl;
  if (originalUrl === undefined || originalUrl === url) return '';
  const sent = pathnameOf(originalUrl);
  const left = pathnameOf(url);
  if (sent.endsWith(left)) return sent.slice(0, sent.length - left.length);
  // A target that is the mount path itself leaves "/".
  return left === '/' ? sent : '';
}

/**
 * Whether the middleware is mounted at a wildcard for all paths, such as `app.use('/*path', …)` in Express 5. It gets the same requests
 * as at the root then, but Express takes the whole path from `url`. NestJS's `consumer.apply(…).forRoutes('*')` mounts like this.
 *
 * @param request - as the host hands it on
 */
export function isMountedAtAnyPath({ baseUrl = '', params }: HostedRequest): boolean {
  if (baseUrl === '' || params === undefined) return false;
  const mount = baseUrl.split('/').slice(1);
  // Only wildcards have arrays as values.
  return Object.values(params).some(
    (value) =>
      Array.isArray(value) &&
      mount.every((segment, index) => value[index] === decoded(segment)) &&
      value.slice(mount.length).every((segment) => segment === ''),
  );
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/**
 * The whole path of a request, wherever the middleware is mounted. It is read from the same member as the host reads it. So a path that
 * could be understood differently (absolute form, `#`) does not bypass the guard.
 *
 * @param request - as the host passes it on
 */
export function requestPath(request: HostedRequest): string {
  return mountOf(request) + (request.path ?? pathnameOf(request.url));
}

/**
 * The path of a request target (RFC 9112 §3.2), without query and fragment.
 *
 * @param target - such as `/mcp?x=1` or `http://localhost/mcp`
 */
export function pathnameOf(target = '/'): string {
  if (!target.startsWith('/')) return URL.canParse(target) ? new URL(target).pathname : '';
  // Two searches for one character are quicker than one by a regular expression, and nearly no target has either.
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  const fragment = path.indexOf('#');
  return fragment === -1 ? path : path.slice(0, fragment);
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

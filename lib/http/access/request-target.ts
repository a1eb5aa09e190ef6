import type { HostedRequest } from '../fields/hosted-request.js';
import { isMountedAtAnyPath, isSamePath, mountOf, requestPath } from '../fields/request-path.js';
import type { ProtectedResource } from '../resource/protected-resource.js';

/**
 * Classes of requests as one `mcpAuth` sees them. `in-route`: the guard is in a route that is not its endpoint. `misplaced`: it is
 * mounted where no request for the endpoint can arrive.
 */
export type RequestTarget = 'endpoint' | 'in-route' | 'metadata' | 'misplaced' | 'other';

/**
 * Tells what a request is for.
 *
 * @param request - as the host hands it on
 * @param resource - the endpoint
 * @param isInRoute - tells whether the guard is in a route of the host
 */
export function requestTarget(
  request: HostedRequest,
  { path, metadataPath }: ProtectedResource,
  isInRoute: (request: HostedRequest) => boolean,
): RequestTarget {
  const isAnyPath = isMountedAtAnyPath(request);
  const requested = isAnyPath ? mountOf(request) : requestPath(request);
  if (requested === metadataPath) return 'metadata';
  if (isSamePath(requested, path)) return 'endpoint';
  // A guard that an app puts on a route is meant for that route: no request gets there by mistake.
  if (isInRoute(request)) return 'in-route';
  const mount = isAnyPath ? '' : mountOf(request);
  // A handler that is mounted at the endpoint by `app.use(path, …)` also gets everything below, and would have no caller.
  if (mount === '') return path !== '/' && isBelow(requested, path) ? 'endpoint' : 'other';
  // A guard that is mounted at its own path is in front of handlers that get everything below, too.
  if (isSamePath(mount, path)) return 'endpoint';
  return isBelow(path, mount) || isBelow(metadataPath, mount) ? 'other' : 'misplaced';
}

function isBelow(path: string, mount: string): boolean {
  const end = mount.endsWith('/') ? mount.length - 1 : mount.length;
  return path.toLowerCase().startsWith(`${mount.slice(0, end).toLowerCase()}/`);
}

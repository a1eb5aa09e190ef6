import type { ItemAccess } from '../../registry/access.js';

// Registered, so that a test or the command line finds guards that another copy of this package has made.
const mark = Symbol.for('express-mcp.route-access');

/**
 * Writes on the guard of a route what it demands, for those who list it. The guard itself does not read it.
 *
 * @param guard - the function that the host is given
 */
export function markRouteGuard(guard: object, access: ItemAccess): void {
  Object.defineProperty(guard, mark, { value: access });
}

/** Returns the rules of a handler that `auth.protect` made; undefined for others. */
export function accessOfRoute(handler: object): ItemAccess | undefined {
  return (handler as { readonly [mark]?: ItemAccess })[mark];
}

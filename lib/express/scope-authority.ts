import type { Request } from 'express';
import type { RequestState } from './request-state.js';

/**
 * A handler that decides about scopes itself, the endpoint's included, such as the one of `mcpRouter`.
 *
 * Why this exists: a client must be asked once for all scopes (MCP `basic/authorization#runtime-insufficient-scope-errors`),
 * the endpoint's and the item's together. `mcpAuth` does not know the item, so it leaves the endpoint's scopes to the
 * router; but only when it can see that the very next handler of the app is one. Behind `mcpAuth` there may as well be
 * a handler that checks nothing. When in doubt, `mcpAuth` refuses on its own.
 */
const authorities = new WeakMap<object, (state: RequestState) => boolean>();

/**
 * Makes a handler known as one that decides about scopes.
 *
 * @param handler - the middleware function
 * @param answers - whether it will answer a request in this state
 */
export function registerScopeAuthority(handler: object, answers: (state: RequestState) => boolean): void {
  authorities.set(handler, answers);
}

/** The part of Express's (4 and 5) router internals that is looked at; everything may be missing. */
interface Layer {
  readonly handle?: { readonly stack?: readonly Layer[] } & object;
  readonly route?: { readonly stack?: readonly Layer[] };
  readonly method?: string;
  readonly path?: string;
  match?(path: string): boolean;
}

/**
 * Whether the handler right after `middleware` decides about scopes and is certain to get this request.
 *
 * @param request - the request that `middleware` handles at this moment
 * @param middleware - the function that Express was given
 */
export function isFollowedByScopeAuthority(request: Request, middleware: object, state: RequestState): boolean {
  // Express 5 calls it `router`, Express 4 `_router` (and throws at `router`).
  const app = request.app as unknown as { _router?: { stack?: readonly Layer[] } };
  const router = app._router ?? (request.app as unknown as { router?: { stack?: readonly Layer[] } }).router;
  const [own, following] = findNeighbours(router?.stack ?? [], middleware);
  if (own === undefined || following?.handle === undefined) return false;
  if (authorities.get(following.handle)?.(state) !== true) return false;
  // Neighbours in a route always follow one another when they are for the same method; in a router, when the path fits.
  if (own.method !== undefined || following.method !== undefined) return own.method === following.method;
  const path = own.path === undefined || own.path === '' ? '/' : own.path;
  return following.match?.(path) === true;
}

function findNeighbours(stack: readonly Layer[], middleware: object): readonly (Layer | undefined)[] {
  const places = stack.flatMap((layer, index) => (layer.handle === middleware ? [index] : []));
  const [index] = places;
  // Mounted twice, nobody can tell which of the places runs now.
  if (places.length > 1) return [];
  if (index !== undefined) return [stack[index], stack[index + 1]];
  for (const { handle, route } of stack) {
    const found = findNeighbours(route?.stack ?? handle?.stack ?? [], middleware);
    if (found.length > 0) return found;
  }
  return [];
}

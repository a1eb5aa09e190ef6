import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware } from '../http/fields/hosted-request.js';
import type { RequestIdentity } from '../http/access/request-identity.js';
import { pageOf } from '../http/page/registered-pages.js';

/**
 * Every endpoint, and whether it would answer a request in a given identity.
 *
 * Why this exists: a client must be asked once for all scopes (MCP `basic/authorization#runtime-insufficient-scope-errors`),
 * the endpoint's and the item's together. `mcpAuth` knows the first and `mcpRouter` the second, so a request that lacks
 * the first is handed to the router behind, straight and not through the app, to be refused there with both.
 */
const endpoints = new WeakMap<object, (identity: RequestIdentity) => boolean>();

/**
 * Makes a handler known as an endpoint that demands the endpoint's scopes itself, before it does anything.
 *
 * @param handler - the middleware function
 * @param answers - whether it will answer a request in this identity
 */
export function registerEndpoint(handler: Middleware, answers: (identity: RequestIdentity) => boolean): void {
  endpoints.set(handler, answers);
}

interface Stack {
  readonly stack?: readonly Layer[];
}

/** The part of Express's (4 and 5) router internals that is looked at; everything may be missing. */
interface Layer {
  readonly handle?: { readonly stack?: readonly Layer[] } & object;
  readonly route?: { readonly stack?: readonly Layer[] };
}

/**
 * The endpoint that stands behind `middleware` in the app.
 *
 * @param request - the request that `middleware` handles at this moment
 * @param middleware - the function that Express was given
 * @returns undefined when there is none, or none that answers such a request
 */
export function findEndpointBehind(
  request: IncomingMessage,
  middleware: Middleware,
  identity: RequestIdentity,
): Middleware | undefined {
  return handlersBehind(request, middleware).find(
    (handler): handler is Middleware => endpoints.get(handler)?.(identity) === true,
  );
}

/** Every `mcpAuth`. Handlers behind another one belong to that one's endpoint. */
const guards = new WeakSet();

/** Makes a handler known as an `mcpAuth`. */
export function registerGuard(handler: Middleware): void {
  guards.add(handler);
}

/**
 * Answers a request with the page that stands behind `middleware` in the app, if there is one for it. The search ends at the
 * endpoint itself and at another `mcpAuth`: pages behind those are the pages of other endpoints.
 *
 * @param middleware - the function that Express was given
 * @param exchange - the request that `middleware` handles at this moment, and what is known of it
 * @returns whether it was answered
 * @throws ConfigurationError `missing_option` if the page lacks something
 */
export function answerWithPageBehind(
  middleware: Middleware,
  ...[request, response, identity]: [IncomingMessage, ServerResponse, RequestIdentity]
): boolean {
  for (const handler of handlersBehind(request, middleware)) {
    if (pageOf(handler)?.(request, response) === true) return true;
    if (guards.has(handler) || endpoints.get(handler)?.(identity) === true) return false;
  }
  return false;
}

/**
 * The handlers that stand behind `middleware` in the app. What Express keeps in its stacks is no public interface; it is
 * read for a better challenge and for the page only: should it change, requests are still refused.
 */
function handlersBehind(request: IncomingMessage, middleware: Middleware): readonly object[] {
  // Express 5 calls it `router`, Express 4 `_router` (and throws at `router`).
  const { app } = request as { app?: { _router?: Stack; router?: Stack } };
  const router = app?._router ?? app?.router;
  const handlers = flatten(router?.stack ?? []);
  const place = handlers.indexOf(middleware);
  return place === -1 ? [] : handlers.slice(place + 1);
}

/** All handlers in the order in which Express comes to them. */
function flatten(stack: readonly Layer[]): readonly object[] {
  return stack.flatMap(({ handle, route }) => {
    const inner = route?.stack ?? handle?.stack;
    if (inner !== undefined) return flatten(inner);
    return handle === undefined ? [] : [handle];
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ListenersBehind } from '../http/access/explain-failure.js';
import type { RequestIdentity } from '../http/access/request-identity.js';
import type { Middleware } from '../http/fields/hosted-request.js';
import { pageOf } from '../http/page/registered-pages.js';
import type { ErrorReporter } from '../server/reporting/report-error.js';
import { appOf, handlersOf } from './handler-stack.js';
import { pathsOf } from './served-paths.js';

/**
 * Every endpoint, and whether it would answer a request with a given identity.
 *
 * Why this exists: a client must be asked once for all scopes (MCP `basic/authorization#runtime-insufficient-scope-errors`),
 * the endpoint's and the item's together. `mcpAuth` knows the first and `mcpRouter` the second, so a request that lacks
 * the first is handed to the router behind, straight and not through the app, to be refused there with both.
 */
const endpoints = new WeakMap<object, (identity: RequestIdentity) => boolean>();

/** Services of an endpoint for the guard in front of it. */
export interface EndpointServices extends ListenersBehind {
  /** The app's reporter of errors. */
  readonly reporter: ErrorReporter;
  /**
   * Records a request that the guard refuses.
   *
   * @returns when the request can be answered; undefined if there is no listener
   */
  recordRefusal(request: IncomingMessage, identity: RequestIdentity, error: unknown): Promise<void> | undefined;
}

const services = new WeakMap<object, EndpointServices>();

/**
 * Makes a handler known as an endpoint that demands the endpoint's scopes itself, before it does anything.
 *
 * @param handler - the middleware function
 * @param answers - whether it will answer a request with this identity
 * @param offered - what it does for the guard in front, if anything
 */
export function registerEndpoint(
  handler: Middleware,
  answers: (identity: RequestIdentity) => boolean,
  offered?: EndpointServices,
): void {
  endpoints.set(handler, answers);
  if (offered !== undefined) services.set(handler, offered);
}

/**
 * The endpoint that stands behind `middleware` in the app, or in the chain of `mcpListener`. Only the words of a refusal depend on it:
 * if it is not found, the endpoint's scopes are demanded all the same.
 *
 * @param request - the request that `middleware` handles at this moment
 * @param middleware - the function that the host was given
 * @returns undefined when there is none, or none that answers such a request
 */
export function findEndpointBehind(
  request: IncomingMessage,
  middleware: Middleware,
  identity: RequestIdentity,
): Middleware | undefined {
  return handlersBehind(request, middleware, identity).find(
    (handler): handler is Middleware => endpoints.get(handler)?.(identity) === true,
  );
}

/** Finds the services of the endpoint that {@link findEndpointBehind} finds. */
export function findServicesBehind(
  request: IncomingMessage,
  middleware: Middleware,
  identity: RequestIdentity,
): EndpointServices | undefined {
  const place = identity.chain ?? appOf(request);
  const known = typeof place === 'function' || typeof place === 'object' ? place : null;
  const endpoint =
    (known === null ? undefined : found.get(middleware)?.get(known)) ??
    findEndpointBehind(request, middleware, identity);
  if (endpoint === undefined) return undefined;
  if (known !== null) remember(middleware, known, endpoint);
  return services.get(endpoint);
}

/** Endpoints behind middleware, by the app or chain that both stand in: a refusal is not to cost a walk through the app. */
const found = new WeakMap<object, WeakMap<object, Middleware>>();

function remember(middleware: Middleware, place: object, endpoint: Middleware): void {
  const places = found.get(middleware) ?? new WeakMap<object, Middleware>();
  found.set(middleware, places);
  places.set(place, endpoint);
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
  request: IncomingMessage,
  response: ServerResponse,
  identity: RequestIdentity,
): boolean {
  for (const handler of handlersBehind(request, middleware, identity)) {
    if (pageOf(handler)?.(request, response) === true) return true;
    if (pathsOf(handler)?.role === 'guard' || endpoints.get(handler)?.(identity) === true) return false;
  }
  return false;
}

/** The handlers that stand behind `middleware` in the app, or in the chain of `mcpListener`. */
function handlersBehind(
  request: IncomingMessage,
  middleware: Middleware,
  identity: RequestIdentity,
): readonly object[] {
  const handlers = identity.chain?.handlers ?? handlersOf(appOf(request));
  const place = handlers.indexOf(middleware);
  return place === -1 ? [] : handlers.slice(place + 1);
}

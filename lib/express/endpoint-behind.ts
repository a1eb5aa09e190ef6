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
 * Background: a client must be asked once for all scopes (MCP `basic/authorization#runtime-insufficient-scope-errors`), those of the
 * endpoint and of the item together. `mcpAuth` knows the first and `mcpRouter` the second. So `mcpAuth` passes a request without the
 * endpoint's scopes directly to the router behind, bypassing the app. The router refuses it with both.
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
  if (offered === undefined) return;
  services.set(handler, offered);
  served.add(new WeakRef(handler));
}

/** Endpoints of this process that are not closed. Weak, so that one that is dropped without `close` is not kept. */
const served = new Set<WeakRef<Middleware>>();

/** Closes an endpoint, and forgets it. */
export function closeEndpoint(handler: Middleware, endpoint: { close(): Promise<void> }): Promise<void> {
  for (const each of served) if (each.deref() === handler) served.delete(each);
  return endpoint.close();
}

/** Endpoints by the resource that a guard in front of them said they are. */
const proven = new WeakMap<object, Middleware>();
const hasGuard = new WeakSet<Middleware>();

/** Notes that requests of a guard came to an endpoint: so it stands behind that guard, wherever both are. */
export function proveEndpoint(handler: Middleware, { resource }: RequestIdentity): void {
  if (resource === undefined) return;
  proven.set(resource, handler);
  hasGuard.add(handler);
}

/**
 * The endpoint behind a guard in a host whose handlers cannot be seen: `connect`, polka, and functions of the app over `node:http`.
 *
 * @returns the one that requests of this guard came to; before the first of those, the only one that could be; else undefined
 */
function presumedEndpoint(identity: RequestIdentity): Middleware | undefined {
  const known = identity.resource === undefined ? undefined : proven.get(identity.resource);
  if (known !== undefined) return known;
  const candidates: Middleware[] = [];
  for (const each of served) {
    const handler = each.deref();
    if (handler === undefined) served.delete(each);
    else if (!hasGuard.has(handler) && endpoints.get(handler)?.(identity) === true) candidates.push(handler);
  }
  return candidates.length === 1 ? candidates[0] : undefined;
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

/**
 * Finds the services of the endpoint that {@link findEndpointBehind} finds. In hosts whose handlers cannot be seen, the endpoint is told
 * from the requests that came to it.
 */
export function findServicesBehind(
  request: IncomingMessage,
  middleware: Middleware,
  identity: RequestIdentity,
): EndpointServices | undefined {
  const place = identity.chain ?? appOf(request);
  const known = typeof place === 'function' || typeof place === 'object' ? place : null;
  const endpoint =
    (known === null ? undefined : found.get(middleware)?.get(known)) ??
    findEndpointBehind(request, middleware, identity) ??
    (isSeen(request, middleware, identity) ? undefined : presumedEndpoint(identity));
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
  const handlers = handlersAround(request, identity);
  const place = handlers.indexOf(middleware);
  return place === -1 ? [] : handlers.slice(place + 1);
}

/** Whether `middleware` is found among the handlers of the app or chain. */
function isSeen(request: IncomingMessage, middleware: Middleware, identity: RequestIdentity): boolean {
  return handlersAround(request, identity).includes(middleware);
}

function handlersAround(request: IncomingMessage, { chain }: RequestIdentity): readonly object[] {
  return chain?.handlers ?? handlersOf(appOf(request));
}

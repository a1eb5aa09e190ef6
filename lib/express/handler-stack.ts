import type { IncomingMessage } from 'node:http';
import type { HostedRequest } from '../http/fields/hosted-request.js';

/** The part of the internals of Express (4 and 5) and connect that is looked at; everything may be missing. */
export interface Layer {
  readonly handle?: { readonly stack?: readonly Layer[]; readonly __original?: object } & object;
  readonly route?: { readonly stack?: readonly Layer[]; readonly path?: unknown };
  /** In a route: in lower case; undefined for all methods. */
  readonly method?: string;
  /** Path or paths of the mount, in Express 5 with `router` 2.3 or later. */
  readonly rawPath?: unknown;
  /** The same, in Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: number | string }[];
  /** Whether everything passes it, in Express 5. */
  readonly slash?: boolean;
  /** Text that matched last, where `match` does not return it. */
  readonly path?: string;
  match?(path: string): boolean | { readonly path: string };
}

interface Stack {
  readonly stack?: readonly Layer[];
}

/**
 * All handlers of an app in the order in which requests come to them, those of routers inside it included. Express's stacks are no
 * public interface: they are read for better answers only, and no decision hangs on them.
 *
 * @param app - an Express or connect app, or anything else
 * @param read - reads the handler of a layer; by default the app's own, whatever instrumentation has put around it
 * @returns an empty list if nothing can be read
 */
export function handlersOf(app: unknown, read = handlerOf): readonly object[] {
  return flatten(stackOf(app) ?? [], read);
}

/** The handlers that Express calls, with what instrumentation has put around those of the app. */
export function calledHandlersOf(app: unknown): readonly object[] {
  return handlersOf(app, ({ handle }) => handle);
}

/** Returns the layers that are mounted in an app directly: one list, which grows with the app. */
export function stackOf(app: unknown): readonly Layer[] | undefined {
  // Express 5 calls it `router`, Express 4 `_router` (and throws at `router`). connect is its own stack.
  const { _router: router4, stack } = (app ?? {}) as { _router?: Stack } & Stack;
  return router4?.stack ?? stack ?? router5(app)?.stack;
}

/** The app that Express has put on a request. */
export function appOf(request: IncomingMessage): unknown {
  return (request as { readonly app?: unknown }).app;
}

function router5(app: unknown): Stack | undefined {
  try {
    return (app as { readonly router?: Stack } | undefined)?.router;
  } catch {
    // An Express 4 app without any middleware.
    return undefined;
  }
}

/** The handlers that met a request before, each where it stands in the app. */
const met = new WeakMap<IncomingMessage, WeakSet<object>>();

/**
 * Whether a request came to a handler through a route, such as `app.get(path, handler)`, and not through `app.use`. Express leaves the
 * last route on the request after it has passed. So the handler is searched in that route, and in the routers and apps inside it. The
 * answer is also yes if it is not found, or if the request comes to it again from a function of the app. A guard that does not know its
 * place must not let requests pass.
 *
 * @param request - the request that the handler has at this moment
 * @param handler - the function that Express was given
 */
export function isInRoute(request: HostedRequest, handler: object): boolean {
  const wasMet = meets(request, handler);
  const route = request.route as Stack | undefined;
  if (route === undefined) return false;
  return (
    wasMet || flatten(route.stack ?? [], handlerOf).includes(handler) || !handlersOf(appOf(request)).includes(handler)
  );
}

/** @returns whether it has met the handler before */
function meets(request: IncomingMessage, handler: object): boolean {
  const handlers = met.get(request) ?? new WeakSet();
  met.set(request, handlers);
  const wasMet = handlers.has(handler);
  handlers.add(handler);
  return wasMet;
}

/** The handler that the app gave. Instrumentation, such as OpenTelemetry's, puts a function of its own around the one that the app gave, and keeps that. */
export function handlerOf({ handle }: Layer): Layer['handle'] {
  return handle?.__original ?? handle;
}

function flatten(stack: readonly Layer[], read: typeof handlerOf): readonly object[] {
  return stack.flatMap((layer) => {
    const handle = read(layer);
    const inner = layer.route?.stack ?? handle?.stack;
    // An app that is mounted in another one, or stands in a route. Express 5 says `router` where Express 4 says `_router`.
    if (inner === undefined && handle !== undefined && ('_router' in handle || 'router' in handle)) {
      return handlersOf(handle, read);
    }
    if (inner !== undefined) return flatten(inner, read);
    return handle === undefined ? [] : [handle];
  });
}

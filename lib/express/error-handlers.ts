import type { IncomingMessage } from 'node:http';
import type { RequestIdentity } from '../http/access/request-identity.js';
import { appOf, calledHandlersOf, handlersOf, stackOf } from './handler-stack.js';

/** Every function that `mcpErrorHandler` returned. */
const ours = new WeakSet();

/** Makes a handler known as one of ours. */
export function registerErrorHandler(handler: object): void {
  ours.add(handler);
}

/** Which error handling would see an error. `nothing`: the middleware is not mounted in the app, or the app does not show what is. */
export type FirstToSee = 'app' | 'mcpErrorHandler' | 'nothing';

/** Error handlers that were found in an app. */
interface Finding {
  /** How much was mounted in the app then. */
  readonly mounted: number;
  readonly first: FirstToSee;
}

/** Looks for the error handling behind a middleware of ours. */
class ErrorHandlingBehind {
  readonly #handlersOf: (app: unknown) => readonly object[];
  /** By stack and middleware. Refused requests may come in great numbers, and an app may have hundreds of routes. */
  readonly #findings = new WeakMap<object, WeakMap<object, Finding>>();

  constructor(read: (app: unknown) => readonly object[]) {
    this.#handlersOf = read;
  }

  first(app: unknown, raiser: object): FirstToSee {
    const stack = stackOf(app);
    if (stack === undefined) return 'nothing';
    const byRaiser = this.#findings.get(stack) ?? new WeakMap<object, Finding>();
    this.#findings.set(stack, byRaiser);
    const known = byRaiser.get(raiser);
    // Handlers that are mounted later count from then on.
    if (known?.mounted === stack.length) return known.first;
    const first = firstIn(this.#handlersOf(app), raiser);
    byRaiser.set(raiser, { mounted: stack.length, first });
    return first;
  }
}

function firstIn(handlers: readonly object[], raiser: object): FirstToSee {
  const place = handlers.indexOf(raiser);
  if (place === -1) return 'nothing';
  // Express knows error middleware by its four parameters.
  const next = handlers.find(
    (handler, index) => index > place && typeof handler === 'function' && handler.length === 4,
  );
  return next !== undefined && ours.has(next) ? 'mcpErrorHandler' : 'app';
}

const amongMounted = new ErrorHandlingBehind(handlersOf);
const amongCalled = new ErrorHandlingBehind(calledHandlersOf);

/**
 * Tells which error handling would see the errors of one of our middleware. It is `mcpErrorHandler` before any other error middleware,
 * another one of the app, or none. In the first case, answering them at once makes no difference to the app.
 *
 * @param app - the app
 * @param raiser - the middleware that raises them
 */
export function firstToSeeErrors(app: unknown, raiser: object | undefined): FirstToSee {
  return raiser === undefined ? 'nothing' : amongMounted.first(app, raiser);
}

/**
 * Whether error handling of the app could see the errors that one of our middleware raises for a request. Where it could not, the
 * error is answered at once: its way through Express takes longer than to decide.
 *
 * @param request - the request that the middleware handles at this moment
 * @param raiser - the middleware
 * @param identity - what is known of the request
 */
export function appSeesErrors(
  request: IncomingMessage,
  raiser: object,
  identity: RequestIdentity | undefined,
): boolean {
  if (identity?.chain !== undefined) return identity.chain.appSeesErrors();
  // A middleware that instrumentation has wrapped is not found here: instrumentation wants to see its errors, too.
  return amongCalled.first(appOf(request), raiser) !== 'mcpErrorHandler';
}

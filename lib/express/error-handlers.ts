import { handlersOf } from './handler-stack.js';

/** Every function that `mcpErrorHandler` returned. */
const ours = new WeakSet();

/** Makes a handler known as one of ours. */
export function registerErrorHandler(handler: object): void {
  ours.add(handler);
}

/**
 * Tells which error handling would see the errors that one of our middleware raises: `mcpErrorHandler` before any other error
 * middleware (then it makes no difference to the app if they are answered at once), something else in the app, or nothing, since the
 * middleware is not mounted in the app or the app does not show what is.
 *
 * @param app - the app
 * @param raiser - the middleware that raises them
 */
export function firstToSeeErrors(app: unknown, raiser: object | undefined): 'app' | 'mcpErrorHandler' | 'nothing' {
  const handlers = handlersOf(app);
  const place = raiser === undefined ? -1 : handlers.indexOf(raiser);
  if (place === -1) return 'nothing';
  // Express knows error middleware by its four parameters.
  const next = handlers.find(
    (handler, index) => index > place && typeof handler === 'function' && handler.length === 4,
  );
  return next !== undefined && ours.has(next) ? 'mcpErrorHandler' : 'app';
}

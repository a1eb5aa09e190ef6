import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { HandlerChain } from '../http/access/request-identity.js';
import { findIdentity, identityOf } from '../http/access/request-identity.js';
import { writeError } from '../http/access/write-error.js';
import type { Middleware, Next } from '../http/fields/hosted-request.js';
import { securityFields } from '../http/fields/response-fields.js';
import { pathnameOf } from '../http/fields/request-path.js';
import { firstToSeeErrors } from './error-handlers.js';
import { mistakeInListener } from './mounting-order.js';
import { pathsOf, servedBy } from './served-paths.js';

/**
 * A request listener for `node:http` and `node:https` that serves the endpoint in front of an app. Requests for the endpoint or its
 * metadata document run through `handlers` without entering Express; all others go to `app`. Answers, decisions, limits and hooks are
 * the same as in Express; only the app's own middleware is bypassed. `ctx.request` is Node's request here.
 *
 * The handlers stay mounted in the app: errors that are not ours go through its error handling.
 *
 * @param app - the app, with `app.use(auth, router)` in it
 * @param handlers - what `mcpAuth`, `mcpRouter` or `mcpScopes` returned, in order, with other connect-style middleware such as
 *   `helmet()`
 * @throws ConfigurationError `missing_option` or `invalid_option`
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import express from 'express';
 * import { createRegistry, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from 'express-mcp';
 *
 * const auth = mcpAuth({ resource: 'http://localhost:3000/mcp', issuer: 'https://login.example.com' });
 * const router = mcpRouter(createRegistry({ name: 'notes', version: '1.0.0' }));
 * const app = express();
 * app.use(auth, router);
 * app.use(mcpErrorHandler());
 * createServer(mcpListener(app, auth, router)).listen(3000);
 * ```
 */
export function mcpListener(app: RequestListener, ...handlers: readonly Middleware[]): RequestListener {
  if (typeof app !== 'function') {
    throw new ConfigurationError('missing_option', 'mcpListener needs the app first: mcpListener(app, auth, router).');
  }
  const isServed = servedBy(assertHandlers(handlers));
  if (isServed === undefined) {
    throw new ConfigurationError(
      'missing_option',
      'mcpListener needs what serves the endpoint: mcpListener(app, auth, router), with what mcpAuth() and mcpRouter() returned.',
    );
  }
  const host = new ListenerHost(app, handlers);

  return function mcpListenerHandler(request: IncomingMessage, response: ServerResponse): void {
    if (isServed(pathnameOf(request.url))) host.serve(request, response);
    else app(request, response);
  };
}

/** Middleware of others may be async, whatever its type says. */
type Handler = (...passed: Parameters<Middleware>) => unknown;

/** Runs handlers one after the other, as connect does. */
class ListenerHost implements HandlerChain {
  readonly #app: RequestListener;
  readonly handlers: readonly Handler[];
  #poweredBy: string | undefined | null = null;
  readonly #raiser: object | undefined;
  /** Null until the first request, with which the app is complete. */
  #mistake: ConfigurationError | undefined | null = null;

  constructor(app: RequestListener, handlers: readonly Handler[]) {
    this.#app = app;
    this.handlers = handlers;
    this.#raiser = handlers.find((handler) => pathsOf(handler) !== undefined);
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const poweredBy = this.#poweredByOf();
    if (poweredBy !== undefined) response.setHeader('X-Powered-By', poweredBy);
    identityOf(request).chain = this;
    if (this.#mistake === null) this.#mistake = mistakeInListener(this.#app, this.handlers);
    if (this.#mistake === undefined) this.#run(0, request, response);
    else this.#fail(this.#mistake, request, response);
  }

  #run(index: number, request: IncomingMessage, response: ServerResponse): void {
    const handler = this.handlers[index];
    if (handler === undefined) {
      this.#app(request, response);
      return;
    }
    let isDone = false;
    const next: Next = (error) => {
      // A handler that goes on twice must not run those behind it twice.
      if (isDone) return;
      isDone = true;
      if (error === undefined || error === null) this.#run(index + 1, request, response);
      else this.#fail(error, request, response);
    };
    try {
      const result = handler(request, response, next);
      if (result instanceof Promise) result.catch(next);
    } catch (error) {
      next(error);
    }
  }

  appSeesErrors(): boolean {
    return firstToSeeErrors(this.#app, this.#raiser) === 'app';
  }

  /** Errors go where they would go in the app: to its error handling, unless `mcpErrorHandler` is the first that would see them. */
  #fail(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    const first = firstToSeeErrors(this.#app, this.#raiser);
    if (first !== 'app' && writeError(error, response, findIdentity(request))) return;
    if (first === 'nothing') {
      failPlainly(response);
      return;
    }
    // Our middleware in the app raises it again, at the place where it would have raised it.
    identityOf(request).refusal = error;
    // Body parsers of the app must not wait for a body that was read here.
    if (request.readableEnded) Object.assign(request, { _body: true });
    this.#app(request, response);
  }

  /** Express says what it is, unless the app has turned that off. */
  #poweredByOf(): string | undefined {
    if (this.#poweredBy === null) {
      const { enabled } = this.#app as { enabled?: (setting: string) => boolean };
      this.#poweredBy = enabled?.call(this.#app, 'x-powered-by') === true ? 'Express' : undefined;
    }
    return this.#poweredBy;
  }
}

/** There is no error handling to ask, and what broke is nothing for the client to know. */
function failPlainly(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { ...securityFields, 'Content-Type': 'text/plain' }).end('Internal Server Error');
}

function assertHandlers(handlers: readonly unknown[]): readonly object[] {
  return handlers.map((handler) => {
    if (typeof handler === 'function' && handler.length !== 4) return handler;
    throw new ConfigurationError(
      'invalid_option',
      'mcpListener takes middleware functions after the app. Error middleware stays in the app: app.use(mcpErrorHandler()).',
    );
  });
}

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ConfigurationError } from '../errors/configuration-error.js';
import { Catalog } from '../registry/catalog.js';
import { prepareError } from '../http/access/error-response.js';
import { HttpEndpoint } from '../http/endpoint/http-endpoint.js';
import { publishRefusal } from '../http/access/publish-decision.js';
import type { Readiness } from '../http/endpoint/readiness.js';
import { isSamePath, requestPath } from './mounted-path.js';
import type { RequestState } from '../http/access/request-identity.js';
import { findRequestState } from '../http/access/request-identity.js';
import type { McpRouterOptions } from '../http/endpoint/router-options.js';
import { resolveRouterOptions } from '../http/endpoint/router-options.js';
import { registerRouter } from './endpoint-behind.js';

/** The middleware that `mcpRouter` returns. */
export interface McpRouter extends RequestHandler {
  /**
   * Refuses new requests with 503, brings open streams to their end, and resolves when the last answer is sent. Tasks that run in
   * this process get `tasks.closeGraceSeconds`; then their signal is aborted, and they fail, or are left to other processes where
   * they can be repeated.
   */
  close(): Promise<void>;
  /**
   * Whether it takes requests: `router` is `closing` once `close` was called, and the stores that it uses answer (`bus`, `sessions`,
   * `events`, `tasks`). See `mcpReadiness`.
   */
  ready(): Promise<Readiness>;
}

const defaultPath = '/mcp';

/**
 * The MCP endpoint: speaks JSON-RPC 2.0 over Streamable HTTP in every revision, decides scopes before anything runs,
 * validates arguments, and calls tools, prompts and resources. Requests for other paths pass untouched.
 *
 * @param registry - what there is to use, made by `createRegistry`
 * @param options - see {@link McpRouterOptions}
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createRegistry, mcpErrorHandler, mcpRouter } from 'express-mcp';
 *
 * const registry = createRegistry({ name: 'clock', version: '1.0.0' });
 * registry.tool('now', { description: 'The time' }, () => new Date().toISOString());
 * const app = express();
 * app.use(mcpRouter(registry));
 * app.use(mcpErrorHandler());
 * ```
 *
 * @see MCP `basic/transports/streamable-http`
 */
export function mcpRouter(registry: { readonly catalog: Catalog }, options: McpRouterOptions = {}): McpRouter {
  const resolved = resolveRouterOptions(options);
  const endpoint = new HttpEndpoint(assertRegistry(registry), resolved);

  function mcpRouterMiddleware(request: Request, response: Response, next: NextFunction): void {
    const state = findRequestState(request);
    if (!isOurs(request, state, resolved.path)) {
      next();
      return;
    }
    endpoint.serve(request, response, state).catch((error: unknown) => {
      next(prepareError(publishRefusal(error, 'authorization', state), state));
    });
  }

  registerRouter(
    mcpRouterMiddleware,
    ({ resource }) => resource !== undefined && isSamePath(resolved.path ?? resource.path, resource.path),
  );
  return Object.assign(mcpRouterMiddleware, { close: () => endpoint.close(), ready: () => endpoint.ready() });
}

/** Where an `mcpAuth` saw the request, it alone says what is the endpoint; an unguarded copy must not appear beside it. */
function isOurs(request: Request, state: RequestState | undefined, path: string | undefined): boolean {
  const own = path ?? (state === undefined ? defaultPath : state.resource?.path);
  return own !== undefined && isSamePath(requestPath(request), own);
}

function assertRegistry(registry: { readonly catalog: Catalog } | undefined): Catalog {
  if (registry?.catalog instanceof Catalog) return registry.catalog;
  throw new ConfigurationError('missing_option', 'mcpRouter needs a registry: mcpRouter(createRegistry({ … })).');
}

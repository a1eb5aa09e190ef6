import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConfigurationError } from '../errors/configuration-error.js';
import { needsRegistry } from '../registry/needs-registry.js';
import { andThen } from '../promises/and-then.js';
import type { AnyRegistry } from '../registry/any-registry.js';
import { Catalog } from '../registry/catalog.js';
import { raiseError } from '../http/access/raise-error.js';
import type { Middleware, Next } from '../http/fields/hosted-request.js';
import { isSamePath, requestPath } from '../http/fields/request-path.js';
import { HttpEndpoint } from '../http/endpoint/http-endpoint.js';
import { explainFailure } from '../http/access/explain-failure.js';
import { publishRefusal } from '../http/access/publish-decision.js';
import type { Readiness } from '../http/endpoint/readiness.js';
import type { RequestIdentity } from '../http/access/request-identity.js';
import { findIdentity } from '../http/access/request-identity.js';
import type { McpRouterOptions } from '../http/endpoint/router-options.js';
import { resolveRouterOptions } from '../http/endpoint/router-options.js';
import { pageAnswer } from '../http/endpoint/page-answer.js';
import { registerPage } from '../http/page/registered-pages.js';
import { assertCalled } from './assert-called.js';
import { closeEndpoint, proveEndpoint, registerEndpoint } from './endpoint-behind.js';
import { appSeesErrors } from './error-handlers.js';
import { mistakeInOrder } from './mounting-order.js';
import { warnOfUnaskedScopes, warnWithoutAuth } from './scope-warnings.js';
import type { EndpointStats } from '../server/calls/endpoint-stats.js';
import { defaultPath } from '../http/fields/default-path.js';
import { registerPaths } from './served-paths.js';

/** The middleware that `mcpRouter` returns. */
export interface McpRouter extends Middleware {
  /**
   * Refuses new requests with 503, ends open streams, and resolves when the last answer is sent. Tasks that run in this process get
   * `tasks.closeGraceSeconds`. Then their signal is aborted; repeatable ones are left to other processes, and the others fail.
   */
  close(): Promise<void>;
  /**
   * Whether it takes requests: `router` is `closing` once `close` was called, and the stores that it uses answer (`bus`, `sessions`,
   * `events`, `tasks`). See `mcpReadiness`.
   */
  ready(): Promise<Readiness>;
  /**
   * The endpoint in numbers: what it holds in this process at this moment, and what was counted since the process began. Decisions of
   * the `mcpAuth` in front count, too, from the first request that came from there.
   *
   * @example
   * ```ts
   * import { createRegistry, mcpRouter } from 'express-mcp';
   *
   * const router = mcpRouter(createRegistry({ name: 'clock', version: '1.0.0' }));
   * console.log(router.stats().streams); // 0
   * ```
   */
  stats(): EndpointStats;
}

/**
 * The MCP endpoint: speaks JSON-RPC 2.0 over Streamable HTTP in every revision, decides scopes before anything runs, validates
 * arguments, and calls tools, prompts and resources. Requests for other paths pass untouched.
 *
 * @param registry - made by `createRegistry`
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
export function mcpRouter(registry: AnyRegistry, options: McpRouterOptions = {}): McpRouter {
  assertCalled(registry, 'mcpRouter', 'mcpRouter(registry)');
  const resolved = resolveRouterOptions(options);
  const catalog = assertRegistry(registry);
  const endpoint = new HttpEndpoint(catalog, resolved);
  const page = resolved.page === undefined ? undefined : pageAnswer(catalog, resolved.page, resolved);

  const listeners = { reporter: resolved.reportError, onProblem: resolved.onProblem };

  let isChecked = false;
  let mistake: ConfigurationError | undefined;

  /** The app is complete with its first request, so this is looked at once. */
  function check(request: IncomingMessage, identity: RequestIdentity | undefined): ConfigurationError | undefined {
    if (isChecked) return mistake;
    isChecked = true;
    if (identity !== undefined) proveEndpoint(mcpRouterMiddleware, identity);
    mistake = mistakeInOrder(request, mcpRouterMiddleware, identity);
    if (identity?.resource === undefined) warnWithoutAuth(catalog, request);
    else warnOfUnaskedScopes(catalog, identity.resource);
    return mistake;
  }

  function mcpRouterMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    const identity = findIdentity(request);
    if (!isOurs(request, identity, resolved.path)) {
      next();
      return;
    }
    const refusal = identity?.refusal ?? check(request, identity);
    if (refusal !== undefined) {
      next(refusal);
      return;
    }
    try {
      if (page?.(request, response) === true) return;
    } catch (error) {
      next(error);
      return;
    }
    endpoint.serve(request, response, identity).catch((thrown: unknown) => {
      const explain = (error: unknown): unknown => explainFailure(error, identity?.resource, () => listeners);
      return andThen(publishRefusal(explain(thrown), 'authorization', identity, explain), (error) => {
        // The guard raises the error that it asked for, at its own place.
        const isSeen = identity?.lacksScopes === true || appSeesErrors(request, mcpRouterMiddleware, identity);
        raiseError(error, { request, response, next }, identity, isSeen);
      });
    });
  }

  if (page !== undefined) registerPage(mcpRouterMiddleware, page);
  registerEndpoint(
    mcpRouterMiddleware,
    ({ resource }) => resource !== undefined && isSamePath(resolved.path ?? resource.path, resource.path),
    {
      ...listeners,
      recordRefusal: (request, identity, error) => endpoint.recordRefusal(request, identity, error),
    },
  );
  registerPaths(mcpRouterMiddleware, { role: 'router', endpoint: resolved.path });
  return Object.assign(mcpRouterMiddleware, {
    close: () => closeEndpoint(mcpRouterMiddleware, endpoint),
    ready: () => endpoint.ready(),
    stats: () => endpoint.stats(),
  });
}

/** Where an `mcpAuth` saw the request, it alone says what is the endpoint; an unguarded copy must not appear beside it. */
function isOurs(request: IncomingMessage, identity: RequestIdentity | undefined, path: string | undefined): boolean {
  const own = path ?? (identity?.isGuarded === true ? identity.resource?.path : defaultPath);
  return own !== undefined && isSamePath(requestPath(request), own);
}

function assertRegistry(registry: AnyRegistry | undefined): Catalog {
  if (registry?.catalog instanceof Catalog) return registry.catalog;
  throw needsRegistry('mcpRouter', registry);
}

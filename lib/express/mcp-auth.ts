import type { IncomingMessage, ServerResponse } from 'node:http';
import { isPromise } from '../promises/and-then.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import { AccessGuard } from '../http/access/access-guard.js';
import type { HostedRequest, Middleware, Next } from '../http/fields/hosted-request.js';
import { isMountedAtAnyPath, mountOf, requestPath } from '../http/fields/request-path.js';
import type { McpAuthOptions } from '../http/resource/auth-options.js';
import type { ProtectedResource } from '../http/resource/protected-resource.js';
import { answerMetadataRequest } from '../http/resource/metadata-document.js';
import { requestTarget } from '../http/access/request-target.js';
import type { Readiness } from '../http/endpoint/readiness.js';
import { checkDependencies, checkOf } from '../http/endpoint/readiness.js';
import type { HandlerChain } from '../http/access/request-identity.js';
import { identityOf } from '../http/access/request-identity.js';
import { answerWithPageBehind, findEndpointBehind, findServicesBehind } from './endpoint-behind.js';
import { appSeesErrors } from './error-handlers.js';
import { appOf, handlersOf, isInRoute } from './handler-stack.js';
import { assertCalled } from './assert-called.js';
import { exposeAuth } from './req-auth.js';
import type { ExpressRequest } from './express-request.js';
import type { ProtectOptions, RouteRequirement } from './protect.js';
import { protectRoute } from './protect.js';
import { watchRewriting } from './rewritten-url.js';
import { registerPaths } from './served-paths.js';
import { resolveAuthOptions } from '../http/resource/resolve-auth-options.js';

/** The middleware that `mcpAuth` returns. */
export interface McpAuth extends Middleware {
  /**
   * Answers the metadata document only. Mount it at the root of the app when the middleware itself is mounted under a
   * path, where requests for the document never arrive.
   */
  readonly metadata: Middleware;
  /**
   * A guard for routes of the app's own, by the same tokens: the same verifiers, hierarchy, revocation, challenges and hooks as for the
   * endpoint. Only what is named here is demanded, not the endpoint's `requiredScopes`. Afterwards `getAuth(req)` is the caller.
   *
   * @typeParam RouteRequest - the host's requests, such as `express.Request`, for functions
   * @param requirement - scopes, or a function of the request that gives some; without, any good token will do
   * @param options - `policy`: what else decides; `authentication`: how strongly and how recently the user must have signed in
   * @throws ConfigurationError `unknown_option`, `invalid_option` or `invalid_scope`
   *
   * @example
   * ```ts
   * import express from 'express';
   * import { mcpAuth, mcpErrorHandler } from 'express-mcp';
   *
   * const auth = mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' });
   * const app = express();
   * app.delete('/api/notes/:id', auth.protect('notes:write'), (req, res) => {
   *   res.json({ deleted: req.params.id });
   * });
   * app.use(mcpErrorHandler());
   * ```
   *
   * @see RFC 6750 §3
   */
  protect<RouteRequest = ExpressRequest>(
    requirement?: RouteRequirement<RouteRequest>,
    options?: ProtectOptions<RouteRequest>,
  ): Middleware;
  /**
   * Checks that tokens can be verified: `keys` of the issuers are recent enough (or the introspection endpoint is known), and `replay`
   * and `revocation` stores answer. See `mcpReadiness`.
   */
  ready(): Promise<Readiness>;
}

/**
 * An OAuth 2.1 resource server in front of an MCP endpoint. It verifies the access token, sets `req.auth`, and serves the protected
 * resource metadata document (RFC 9728). Requests pass untouched unless they are for the endpoint, a path below it or the document.
 *
 * @param options - see {@link McpAuthOptions}; without them, `MCP_RESOURCE` and `MCP_ISSUER` are read from the environment
 * @throws ConfigurationError `missing_option`, `unknown_option`, `invalid_option`, `invalid_scope` or `scope_cycle`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
 *
 * const registry = createRegistry({ name: 'notes', version: '1.0.0' });
 * const app = express();
 * app.use(mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' }), mcpRouter(registry));
 * app.use(mcpErrorHandler());
 * ```
 *
 * @see RFC 6750, RFC 9068, RFC 9728; MCP `basic/authorization`
 */
export function mcpAuth(options: McpAuthOptions = {}): McpAuth {
  assertCalled(options, 'mcpAuth', 'mcpAuth({ … })');
  const resource = resolveAuthOptions(options, process.env);
  const guard = new AccessGuard(resource, {
    endpointBehind: (request, identity) => findEndpointBehind(request, mcpAuthMiddleware, identity),
    listenersBehind: (request, identity) => findServicesBehind(request, mcpAuthMiddleware, identity),
    recordRefusal: (request, identity, error) =>
      findServicesBehind(request, mcpAuthMiddleware, identity)?.recordRefusal(request, identity, error),
    answerWithPage: (...exchange) => answerWithPageBehind(mcpAuthMiddleware, ...exchange),
    seesErrors: (request, identity) => appSeesErrors(request, mcpAuthMiddleware, identity),
    admitted: exposeAuth,
  });

  const standsInRoute = (request: HostedRequest): boolean => isInRoute(request, mcpAuthMiddleware);

  function mcpAuthMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    const identity = identityOf(request);
    identity.isGuarded = true;
    const target = requestTarget(request, resource, standsInRoute);
    if (target !== 'other' && isWrapped(request, mcpAuthMiddleware)) identity.chain ??= frameworkChain;
    if (target === 'endpoint') {
      const passing = guard.meet({ request, response, next, identity });
      // Refusals are handed to `next` before; a rejection is what a handler behind threw, in a host that does not catch it.
      if (isPromise(passing)) passing.catch(next);
    } else if (target === 'metadata') answerMetadataRequest(resource, { request, response, next });
    else if (target === 'in-route') next(inRoute(request, resource));
    else if (target === 'misplaced') next(misplaced(request, resource));
    else {
      // The app sees the request anew if mcpListener hands it on.
      if (identity.chain === undefined) watchRewriting(request, resource);
      next();
    }
  }

  function mcpMetadataMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    if (requestPath(request) === resource.metadataPath) answerMetadataRequest(resource, { request, response, next });
    else next();
  }

  registerPaths(mcpAuthMiddleware, { role: 'guard', endpoint: resource.path, document: resource.metadataPath });
  return Object.assign(mcpAuthMiddleware, {
    metadata: mcpMetadataMiddleware,
    protect: <Request>(requirement?: RouteRequirement<Request>, options?: ProtectOptions<Request>) =>
      protectRoute(resource, requirement, options),
    ready: () => readinessFor(resource),
  });
}

function readinessFor({ verifier, revocation, replay }: ProtectedResource): Promise<Readiness> {
  return checkDependencies({ keys: checkOf(verifier), replay: checkOf(replay), revocation: checkOf(revocation) });
}

/** Whether a framework calls a handler from a function of its own that it has mounted at every path, as NestJS's `consumer.apply` does. */
function isWrapped(request: HostedRequest, handler: object): boolean {
  return isMountedAtAnyPath(request) && !handlersOf(appOf(request)).includes(handler);
}

/**
 * Such a framework hands errors to handlers of its own, which answer 500 to them, and calls `mcpErrorHandler` like any other
 * middleware. So our middleware answer their errors themselves. The handlers behind them cannot be found there.
 */
const frameworkChain: HandlerChain = { handlers: [], appSeesErrors: () => false };

/** A guard there could protect nothing, and the developer would not notice. */
function misplaced(request: HostedRequest, { path }: ProtectedResource): ConfigurationError {
  return new ConfigurationError(
    'invalid_option',
    `mcpAuth is mounted at ${displayName(mountOf(request))}, where no request for its endpoint "${path}" arrives. Mount it at the ` +
      `root of the app, say what arrives here: mcpAuth({ path: "…" }), or guard other routes with auth.protect("…"). ` +
      'In NestJS, write app.use(auth, router, mcpErrorHandler()) in main.ts.',
  );
}

/** A guard on a route is meant for that route. */
function inRoute(request: HostedRequest, { path }: ProtectedResource): ConfigurationError {
  return new ConfigurationError(
    'invalid_option',
    `mcpAuth stands in the route ${displayName(requestPath(request))}, which is not its endpoint "${path}". It lets nothing pass ` +
      'there. To guard a route with the same tokens, write auth.protect("notes:read") with the scopes that it needs.',
  );
}

import { invalidOption } from '../errors/invalid-option.js';
import { assertCalled } from './assert-called.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertMembers } from '../errors/assert-members.js';
import { identityOf } from '../http/access/request-identity.js';
import { RouteGuard } from '../http/access/route-guard.js';
import type { HostedRequest, Middleware, Next } from '../http/fields/hosted-request.js';
import { mountOf, requestPath } from '../http/fields/request-path.js';
import type { ProtectedResource } from '../http/resource/protected-resource.js';
import type { Auth } from '../oauth/auth.js';
import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import type { Eventually } from '../promises/and-then.js';
import { isPromise } from '../promises/and-then.js';
import type { Policy, ScopeFunction } from '../registry/access.js';
import { compileAccess } from '../registry/access.js';
import type { AuthenticationDefinition } from '../registry/authentication.js';
import { markRouteGuard } from '../server/authorization/route-access.js';
import { exposeAuth } from './req-auth.js';

/**
 * Scopes that a route demands, or a function that says which for a request. If the function throws, the request is refused.
 *
 * @typeParam Request - as the host hands it on, such as `express.Request`
 */
export type RouteRequirement<Request> =
  ScopeRequirement | ((request: Request, auth: Auth | undefined) => Eventually<ScopeRequirement>);

/** Options of `auth.protect`. */
export interface ProtectOptions<Request> {
  /**
   * A further decision: true lets the request pass; false refuses it, and so does a text, which tells the client why. It may be async, and
   * gets 30 seconds.
   */
  readonly policy?: (request: Request, auth: Auth | undefined) => Eventually<boolean | string>;
  /** How strongly and how recently the user must have signed in (RFC 9470). */
  readonly authentication?: AuthenticationDefinition;
}

/**
 * Makes a guard for routes of the app's own. See `McpAuth.protect`.
 *
 * @param resource - whose tokens count
 * @param requirement - what the route demands
 * @param options - see {@link ProtectOptions}
 * @throws ConfigurationError `unknown_option`, `invalid_option` or `invalid_scope`
 */
export function protectRoute<Request>(
  resource: ProtectedResource,
  requirement: RouteRequirement<Request> = [],
  options: ProtectOptions<Request> = {},
): Middleware {
  assertCalled(requirement, 'auth.protect', "auth.protect('notes:read')");
  assertOrder(requirement, options);
  assertMembers(options, ['policy', 'authentication'], 'auth.protect');
  const { policy, authentication } = options;
  // Both get the request where those of a tool get its arguments.
  const access = compileAccess(
    {
      scopes: requirement as ScopeFunction | ScopeRequirement,
      ...(policy === undefined ? {} : { policy: policy as unknown as Policy }),
      ...(authentication === undefined ? {} : { authentication }),
    },
    'auth.protect',
  );
  const guard = new RouteGuard(resource, access, exposeAuth);

  function mcpRouteGuard(request: IncomingMessage, response: ServerResponse, next: Next): void {
    const passing = guard.meet({ request, response, next, identity: identityOf(request), route: routeOf(request) });
    if (isPromise(passing)) passing.catch(next);
  }

  markRouteGuard(mcpRouteGuard, access);
  return mcpRouteGuard;
}

/** Options in place of scopes, and scopes in place of options. */
function assertOrder(requirement: unknown, options: unknown): void {
  if (typeof options === 'string' || Array.isArray(options)) {
    throw invalidOption('auth.protect', "several scopes are one array: auth.protect(['notes:read', 'notes:write'])");
  }
  const isOptions =
    typeof requirement === 'object' &&
    requirement !== null &&
    ['scopes', 'scope', 'requiredScopes', 'policy', 'authentication'].some((name) => name in requirement);
  if (isOptions) {
    throw invalidOption(
      'auth.protect',
      "write the scopes first, then options: auth.protect(['notes:read'], { policy })",
    );
  }
}

/** Method and path as the app wrote it, where the host tells; the path of the request says more than an audit should keep. */
function routeOf(request: HostedRequest): string {
  const { method = 'GET', route } = request;
  const mount = mountOf(request);
  if (route === undefined) return `${method} ${mount === '' ? requestPath(request) : mount}`;
  return `${method} ${mount}${String(route.path)}`;
}

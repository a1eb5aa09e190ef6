import { isRegistry, needsRegistry } from '../registry/needs-registry.js';
import { describeValue } from '../errors/describe-value.js';
import { invalidOption } from '../errors/invalid-option.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { RefusedTarget } from '../errors/insufficient-scope-error.js';
import type { ProtectedRoute } from '../express/protected-routes.js';
import { protectedRoutes } from '../express/protected-routes.js';
import { createAuth } from '../oauth/auth.js';
import type { ScopeHierarchyDefinition } from '../oauth/scope-hierarchy.js';
import { ScopeHierarchy } from '../oauth/scope-hierarchy.js';
import { assertScope } from '../oauth/scope.js';
import { isPromise } from '../promises/and-then.js';
import type { AnyRegistry } from '../registry/any-registry.js';
import type { UsableItem } from '../registry/item.js';
import type { Caller } from '../server/authorization/caller.js';
import { authorize } from '../server/authorization/authorize.js';
import { authorizeRoute } from '../server/authorization/authorize-route.js';
import { isListed } from '../server/authorization/visible-items.js';
import { ProtocolError } from '../errors/protocol-error.js';

/** Options of `accessMatrix`. */
export interface AccessMatrixOptions {
  /** The one that you give to `mcpAuth`. */
  readonly scopeHierarchy?: ScopeHierarchyDefinition;
  /**
   * Your Express app, whose routes with `auth.protect` are listed as well. Apps that are mounted in it by `app.use(path, otherApp)` have to
   * be named, too: `[app, otherApp]`.
   */
  readonly app?: object | readonly object[];
}

/** The scopes that a kind of caller holds; null for a caller who is not authenticated. */
export type Role = readonly string[] | null;

/**
 * Verdict about a role and an item. It may use it; sees it and is told its scopes; is told them without seeing it; or cannot tell that
 * it exists. `depends on arguments` means that a function or a policy decides, `depends on the request` the same for a route. `needs
 * sign-in` means that the scopes suffice, but not the sign-in of a test.
 */
export type AccessVerdict =
  | 'concealed'
  | 'depends on arguments'
  | 'depends on the request'
  | 'hidden, needs scopes'
  | 'may use'
  | 'needs scopes'
  | 'needs sign-in';

/** Rows are items such as `tool add` and routes such as `route DELETE /api/notes/:id`, columns are roles. */
export type AccessMatrix = Readonly<Record<string, Readonly<Record<string, AccessVerdict>>>>;

/**
 * Makes a table of who may use which item. Put it into a snapshot, and a changed permission shows in the diff.
 *
 * It asks the very function that decides at run time. Scopes that the endpoint demands of every caller (`requiredScopes`)
 * are not in it.
 *
 * @param registry - made by `createRegistry`
 * @param roles - scopes by role
 * @param options - see {@link AccessMatrixOptions}
 * @throws ConfigurationError `invalid_scope` for what is no scope; `unknown_option`; `invalid_option` for what is no Express app, or does
 *   not show its routes
 *
 * @example
 * ```ts
 * import { createRegistry } from 'express-mcp';
 * import { accessMatrix } from 'express-mcp/testing';
 *
 * const registry = createRegistry({ name: 'notes', version: '1.0.0' });
 * registry.tool('read_note', { scopes: ['notes:read'] }, () => 'a note');
 *
 * console.log(accessMatrix(registry, { reader: ['notes:read'], stranger: [] }));
 * // { 'tool read_note': { reader: 'may use', stranger: 'needs scopes' } }
 * ```
 */
export function accessMatrix(
  registry: AnyRegistry,
  roles: Readonly<Record<string, Role>>,
  options: AccessMatrixOptions = {},
): AccessMatrix {
  assertMembers(options, ['scopeHierarchy', 'app'], 'accessMatrix');
  if (!isRegistry(registry)) throw needsRegistry('accessMatrix', registry);
  if (typeof roles !== 'object' || (roles as unknown) === null || Array.isArray(roles)) {
    const roleAdvice = "{ reader: ['notes:read'], guest: null }";
    throw invalidOption('accessMatrix', `the second argument is an object of roles, such as ${roleAdvice}`);
  }
  const hierarchy = new ScopeHierarchy(options.scopeHierarchy);
  const callers = Object.entries(roles).map(([role, scopes]) => [role, callerOf(role, scopes, hierarchy)] as const);
  const routes = options.app === undefined ? [] : protectedRoutes(options.app);
  const row = (verdictFor: (caller: Caller) => AccessVerdict): Readonly<Record<string, AccessVerdict>> =>
    Object.fromEntries(callers.map(([role, caller]) => [role, verdictFor(caller)]));
  return Object.fromEntries([
    ...registry.catalog.usableItems.map((item) => [`${item.kind} ${item.key}`, row((caller) => judge(item, caller))]),
    ...routes.map((route) => [`route ${route.name}`, row((caller) => judgeRoute(route, caller))]),
  ]) as AccessMatrix;
}

function callerOf(role: string, scopes: Role, hierarchy: ScopeHierarchy): Caller {
  if (scopes === null) return { auth: undefined, endpoint: undefined };
  if (!Array.isArray(scopes)) {
    throw new ConfigurationError(
      'invalid_option',
      `accessMatrix: role "${role}" must be an array of scopes, or null, not ${describeValue(scopes)}.`,
    );
  }
  for (const scope of scopes) assertScope(scope, `accessMatrix role "${role}"`);
  return { auth: createAuth({ clientId: '', scopes, claims: {} }, { token: '', hierarchy }), endpoint: undefined };
}

function judge(item: UsableItem, caller: Caller): AccessVerdict {
  if (item.access.dependsOnArguments || item.access.policy !== undefined) return 'depends on arguments';
  const target = { kind: targetKind(item.kind), name: item.key };
  const notFound = (): ProtocolError => new ProtocolError('invalid_params');
  try {
    const operation = { items: [{ access: item.access, target, args: {}, notFound }], invoke: () => ({}) };
    const decisions = authorize([operation], caller);
    // Only functions of the app answer later, and none is asked here.
    const [decision] = isPromise(decisions) ? [] : decisions;
    return decision?.outcome === 'allowed' ? 'may use' : 'concealed';
  } catch {
    const hasScopes = item.access.requirement.isSatisfiedBy(caller.auth?.effectiveScopes ?? new Set());
    if (hasScopes) return 'needs sign-in';
    return isListed(item, caller) === true ? 'needs scopes' : 'hidden, needs scopes';
  }
}

/** Leaves open the part that functions decide, unless another guard refuses the caller anyway. */
function judgeRoute({ name, guards, dependsOnRequest }: ProtectedRoute, caller: Caller): AccessVerdict {
  const fixed = guards.filter(({ dependsOnArguments, policy }) => !dependsOnArguments && policy === undefined);
  try {
    const decision = authorizeRoute(fixed, { name, args: {}, wantedScopes: [] }, caller);
    // Only functions of the app answer later, and none is asked here.
    const isAllowed = !isPromise(decision) && decision?.outcome === 'allowed';
    if (!isAllowed || dependsOnRequest || fixed.length < guards.length) return 'depends on the request';
    return 'may use';
  } catch {
    const scopes = caller.auth?.effectiveScopes ?? new Set();
    return fixed.every(({ requirement }) => requirement.isSatisfiedBy(scopes)) ? 'needs sign-in' : 'needs scopes';
  }
}

function targetKind(kind: UsableItem['kind']): RefusedTarget['kind'] {
  // A skill is named by the URI of a resource.
  return kind === 'resource-template' || kind === 'skill' ? 'resource' : kind;
}

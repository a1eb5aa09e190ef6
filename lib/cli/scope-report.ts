import type { ProtectedRoute } from '../express/protected-routes.js';
import { protectedRoutes } from '../express/protected-routes.js';
import { describeRequirement, noScopes } from '../oauth/describe-requirement.js';
import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import type { ItemAccess } from '../registry/access.js';
import type { UsableItem } from '../registry/item.js';
import type { AccessVerdict, Role } from '../testing/access-matrix.js';
import { accessMatrix } from '../testing/access-matrix.js';
import type { LoadedRegistry } from './load-registry.js';

/** The required kind of sign-in. */
interface SignIn {
  readonly acrValues: readonly string[];
  readonly maxAgeSeconds: number | undefined;
}

/** An item or a route with its requirements, and the roles that meet them. */
export interface ScopeReportItem {
  readonly kind: UsableItem['kind'] | 'route';
  /** Name, URI or URI template; method and path of a route. */
  readonly name: string;
  /** The scope requirement in words. */
  readonly scopes: string;
  /** The kind of sign-in that it also needs; a list if several guards of a route demand one. */
  readonly authentication?: SignIn | readonly SignIn[];
  /** Whether a policy decides, too. */
  readonly policy: boolean;
  readonly visibility: UsableItem['access']['visibility'];
  readonly access: Readonly<Record<string, AccessVerdict>>;
}

/** Every enabled item of a registry, by kind, then in the order of registration; then the protected routes of the app, in its order. */
export interface ScopeReport {
  readonly roles: Readonly<Record<string, Role>>;
  readonly items: readonly ScopeReportItem[];
}

/**
 * Lists who may use which items and routes.
 *
 * @param loaded - the exports of the user's module
 * @param roles - scopes by name of the role
 * @throws ConfigurationError `invalid_option` if the app does not show its routes
 */
export function reportScopes(loaded: LoadedRegistry, roles: ReadonlyMap<string, Role>): ScopeReport {
  const { app, registry, scopeHierarchy } = loaded;
  const byRole = Object.fromEntries(roles);
  const matrix = accessMatrix(registry, byRole, {
    ...(scopeHierarchy === undefined ? {} : { scopeHierarchy }),
    ...(app === undefined ? {} : { app }),
  });
  const items = registry.catalog.usableItems.map(({ kind, key, access }) => ({
    kind,
    name: key,
    scopes: access.description,
    ...authenticationOf([access]),
    policy: access.policy !== undefined,
    visibility: access.visibility,
    access: matrix[`${kind} ${key}`] ?? {},
  }));
  const routes = (app === undefined ? [] : protectedRoutes(app)).map((route) => ({
    kind: 'route' as const,
    name: route.name,
    scopes: scopesOf(route),
    ...authenticationOf(route.guards),
    policy: route.guards.some(({ policy }) => policy !== undefined),
    visibility: 'always' as const,
    access: matrix[`route ${route.name}`] ?? {},
  }));
  return { roles: byRole, items: [...items, ...routes] };
}

/** The demands of all guards of a route, in words. */
function scopesOf({ guards, dependsOnRequest }: ProtectedRoute): string {
  const fixed = guards.filter(({ dependsOnArguments }) => !dependsOnArguments);
  const depends = dependsOnRequest || fixed.length < guards.length;
  const requirements = new Map(fixed.map(({ description, said }) => [description, said.scopes as ScopeRequirement]));
  const words = describeRequirement([...requirements.values()]);
  if (!depends) return words;
  return words === noScopes ? 'depends on the request' : `${words}; more depends on the request`;
}

function authenticationOf(accesses: readonly ItemAccess[]): Pick<ScopeReportItem, 'authentication'> {
  const [first, ...others] = accesses.flatMap(({ authentication }) => {
    if (authentication === undefined) return [];
    const { acrValues, maxAgeSeconds } = authentication;
    return [{ acrValues, maxAgeSeconds }];
  });
  if (first === undefined) return {};
  return { authentication: others.length === 0 ? first : [first, ...others] };
}

/**
 * The report as rows of cells, the first one the heading.
 *
 * @param report - see {@link reportScopes}
 */
export function reportRows({ roles, items }: ScopeReport): readonly (readonly string[])[] {
  const names = Object.keys(roles);
  return [
    ['kind', 'name', 'needs', 'visibility', ...names],
    ...items.map((item) => [
      item.kind.replace('-', ' '),
      item.name,
      needsOf(item),
      item.visibility,
      ...names.map((name) => item.access[name] ?? ''),
    ]),
  ];
}

function needsOf({ scopes, authentication, policy }: ScopeReportItem): string {
  const signIns = authentication === undefined ? [] : [authentication].flat().map(describeSignIn);
  return [scopes, ...signIns, ...(policy ? ['a policy'] : [])].join('; ');
}

function describeSignIn({ acrValues, maxAgeSeconds }: SignIn): string {
  const kind = acrValues.length === 0 ? '' : ` by ${acrValues.join(' or ')}`;
  const age = maxAgeSeconds === undefined ? '' : ` within ${maxAgeSeconds} s`;
  return `sign-in${kind}${age}`;
}

import type { CompiledAuthentication } from '../registry/authentication.js';
import type { UsableItem } from '../registry/item.js';
import type { AccessVerdict, Role } from '../testing/access-matrix.js';
import { accessMatrix } from '../testing/access-matrix.js';
import type { LoadedRegistry } from './load-registry.js';

/** Who may use an item, and what it takes. */
export interface ScopeReportItem {
  readonly kind: UsableItem['kind'];
  /** Name, URI or URI template. */
  readonly name: string;
  /** The scope requirement in words. */
  readonly scopes: string;
  /** What kind of sign-in it needs besides. */
  readonly authentication?: { readonly acrValues: readonly string[]; readonly maxAgeSeconds: number | undefined };
  /** Whether a policy decides as well. */
  readonly policy: boolean;
  readonly visibility: UsableItem['access']['visibility'];
  readonly access: Readonly<Record<string, AccessVerdict>>;
}

/** Every enabled item of a registry, by kind, then in the order of registration. */
export interface ScopeReport {
  readonly roles: Readonly<Record<string, Role>>;
  readonly items: readonly ScopeReportItem[];
}

/**
 * Reads off a registry who may use what.
 *
 * @param registry - what the user's module exports
 * @param roles - scopes by name of the role
 */
export function reportScopes(registry: LoadedRegistry, roles: ReadonlyMap<string, Role>): ScopeReport {
  const { catalog, scopeHierarchy } = registry;
  const byRole = Object.fromEntries(roles);
  const matrix = accessMatrix(registry, byRole, scopeHierarchy === undefined ? {} : { scopeHierarchy });
  return {
    roles: byRole,
    items: catalog.usableItems.map(({ kind, key, access }) => ({
      kind,
      name: key,
      scopes: access.description,
      ...authenticationOf(access.authentication),
      policy: access.policy !== undefined,
      visibility: access.visibility,
      access: matrix[`${kind} ${key}`] ?? {},
    })),
  };
}

function authenticationOf(authentication: CompiledAuthentication | undefined): Pick<ScopeReportItem, 'authentication'> {
  if (authentication === undefined) return {};
  const { acrValues, maxAgeSeconds } = authentication;
  return { authentication: { acrValues, maxAgeSeconds } };
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
  const signIn = authentication === undefined ? [] : [describeSignIn(authentication)];
  return [scopes, ...signIn, ...(policy ? ['a policy'] : [])].join('; ');
}

function describeSignIn({ acrValues, maxAgeSeconds }: NonNullable<ScopeReportItem['authentication']>): string {
  const kind = acrValues.length === 0 ? '' : ` by ${acrValues.join(' or ')}`;
  const age = maxAgeSeconds === undefined ? '' : ` within ${maxAgeSeconds} s`;
  return `sign-in${kind}${age}`;
}

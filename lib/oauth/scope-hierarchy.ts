import { ConfigurationError } from '../errors/configuration-error.js';
import { assertScope } from './scope.js';

/** Broader scopes, each with the narrower ones that it implies. */
export type ScopeHierarchyDefinition = Readonly<Record<string, readonly string[]>>;

/**
 * Which scopes imply which. MCP `basic/authorization#step-up-authorization-flow`: servers MUST account for hierarchies,
 * where a broader scope implies narrower ones, when they decide whether a token is sufficient.
 */
export class ScopeHierarchy {
  readonly #implied: ReadonlyMap<string, readonly string[]>;

  /**
   * @param definition - direct implications; they are followed transitively
   * @throws ConfigurationError `scope_cycle` if a scope implies itself, `invalid_scope` for a text that is not a scope
   */
  constructor(definition: ScopeHierarchyDefinition = {}) {
    const direct = new Map(Object.entries(definition));
    const implied = new Map<string, readonly string[]>();
    for (const [scope, narrower] of direct) {
      assertImplications(scope, narrower);
      implied.set(scope, [...reach(scope, direct, [])]);
    }
    this.#implied = implied;
  }

  /**
   * All scopes that a caller effectively holds.
   *
   * @param granted - the scopes that the token carries
   */
  expand(granted: readonly string[]): ReadonlySet<string> {
    const effective = new Set(granted);
    for (const scope of granted) for (const narrower of this.#implied.get(scope) ?? []) effective.add(narrower);
    return effective;
  }
}

function assertImplications(scope: string, narrower: unknown): void {
  assertScope(scope, 'scopeHierarchy');
  if (!Array.isArray(narrower)) {
    throw new ConfigurationError(
      'invalid_option',
      `scopeHierarchy["${scope}"] must be an array of the scopes that it implies, such as ["notes:read"].`,
    );
  }
  for (const each of narrower) assertScope(each, `scopeHierarchy["${scope}"]`);
}

function reach(
  scope: string,
  direct: ReadonlyMap<string, readonly string[]>,
  trail: readonly string[],
): ReadonlySet<string> {
  if (trail.includes(scope)) {
    throw new ConfigurationError(
      'scope_cycle',
      `scopeHierarchy: ${[...trail, scope].join(' → ')} is a cycle. Let the broader scope imply the narrower one only.`,
    );
  }
  const narrower = direct.get(scope) ?? [];
  return new Set(narrower.flatMap((each) => [each, ...reach(each, direct, [...trail, scope])]));
}

import { describeValue } from '../errors/describe-value.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { assertScope } from './scope.js';

/** Any one of several requirements; made by {@link anyOf}. */
export interface AnyOf {
  readonly anyOf: readonly ScopeRequirement[];
}

/** All of several requirements; made by {@link allOf}. */
export interface AllOf {
  readonly allOf: readonly ScopeRequirement[];
}

/** Scopes that a caller must hold: one, all of an array, or a combination of {@link anyOf} and {@link allOf}. */
export type ScopeRequirement = AllOf | AnyOf | string | readonly ScopeRequirement[];

/**
 * Any one of these is enough.
 *
 * @param requirements - the alternatives, the preferred one first
 *
 * @example
 * ```ts
 * import { allOf, anyOf } from 'express-mcp';
 *
 * const scopes = anyOf('notes:admin', allOf('notes:read', 'notes:write'));
 * console.log(scopes.anyOf.length); // 2
 * ```
 */
export function anyOf(...requirements: readonly ScopeRequirement[]): AnyOf {
  return { anyOf: requirements };
}

/**
 * All of these are needed. The same as an array; reads better inside {@link anyOf}.
 *
 * @param requirements - the parts
 *
 * @example
 * ```ts
 * import { allOf } from 'express-mcp';
 *
 * console.log(allOf('notes:read', 'notes:write').allOf); // [ 'notes:read', 'notes:write' ]
 * ```
 */
export function allOf(...requirements: readonly ScopeRequirement[]): AllOf {
  return { allOf: requirements };
}

/** A requirement, checked and prepared for many decisions. */
export interface CompiledRequirement {
  /** Whether these scopes are enough. */
  isSatisfiedBy(granted: ReadonlySet<string>): boolean;
  /**
   * The scopes to ask for, all at once (MCP `basic/authorization#runtime-insufficient-scope-errors`): the alternative that lacks the
   * fewest. All of its scopes are named, also those that are held.
   */
  scopesToAskFor(granted: ReadonlySet<string>): readonly string[];
}

/** A requirement in its normal form. */
export interface NormalRequirement extends CompiledRequirement {
  /**
   * Every set of scopes that is enough without a superfluous one, the preferred one first. Requirements that mean the same have the
   * same sets.
   */
  readonly alternatives: readonly (readonly string[])[];
  /** Whether every caller satisfies it. */
  readonly isNothing: boolean;
}

/** The requirement that every caller satisfies. */
export const noRequirement: NormalRequirement = normal([[]]);

// More than a person can oversee, and few enough to check at every call.
const maxAlternatives = 64;

/**
 * Compiles a requirement once, at registration.
 *
 * @param requirement - what the developer wrote
 * @param owner - its owner, for the message, such as `tool "add"`
 * @throws ConfigurationError `invalid_scope` for an invalid scope or requirement, for an any-of without alternatives, and for more than
 *   64 alternatives
 */
export function compileRequirement(requirement: ScopeRequirement, owner: string): NormalRequirement {
  return normal(alternativesOf(requirement, owner));
}

/**
 * Requires all of several requirements, such as the endpoint's and the item's.
 *
 * @param requirements - compiled requirements
 */
export function requireAll(requirements: readonly CompiledRequirement[]): CompiledRequirement {
  const [only, another] = requirements;
  if (only === undefined) return noRequirement;
  if (another === undefined) return only;
  return {
    isSatisfiedBy: (granted) => requirements.every((requirement) => requirement.isSatisfiedBy(granted)),
    scopesToAskFor: (granted) => {
      const toAskFor = new Set<string>();
      // Scopes that one of them asks for anyway may decide which alternative of the next lacks the fewest.
      for (const requirement of requirements) {
        for (const scope of requirement.scopesToAskFor(new Set([...granted, ...toAskFor]))) toAskFor.add(scope);
      }
      return [...toAskFor];
    },
  };
}

function normal(alternatives: readonly (readonly string[])[]): NormalRequirement {
  return {
    alternatives,
    isNothing: alternatives.some((scopes) => scopes.length === 0),
    isSatisfiedBy: (granted) => alternatives.some((scopes) => scopes.every((scope) => granted.has(scope))),
    scopesToAskFor: (granted) => nearest(alternatives, granted),
  };
}

/** The alternative that lacks the fewest scopes; the first of equals. */
function nearest(alternatives: NormalRequirement['alternatives'], granted: ReadonlySet<string>): readonly string[] {
  const lacking = (scopes: readonly string[]): number => scopes.filter((scope) => !granted.has(scope)).length;
  return alternatives.reduce((best, each) => (lacking(each) < lacking(best) ? each : best));
}

type Alternatives = readonly (readonly string[])[];

function alternativesOf(requirement: ScopeRequirement, owner: string): Alternatives {
  if (typeof requirement === 'string') {
    assertScope(requirement, owner);
    return [[requirement]];
  }
  if (isCombination(requirement, 'anyOf')) return eitherOf(requirement.anyOf, owner);
  if (isCombination(requirement, 'allOf')) return bothOf(requirement.allOf, owner);
  if (Array.isArray(requirement)) return bothOf(requirement, owner);
  throw new ConfigurationError(
    'invalid_scope',
    `${owner}: scopes must be a scope, an array of scopes, anyOf(…) or allOf(…), not ${describeValue(requirement)}.`,
  );
}

function eitherOf(requirements: readonly ScopeRequirement[], owner: string): Alternatives {
  if (requirements.length > 0) {
    return simplify(
      requirements.flatMap((each) => alternativesOf(each, owner)),
      owner,
    );
  }
  throw new ConfigurationError(
    'invalid_scope',
    `${owner}: anyOf() without alternatives can never be satisfied. Name at least one scope.`,
  );
}

function bothOf(requirements: readonly ScopeRequirement[], owner: string): Alternatives {
  return requirements.reduce<Alternatives>(
    (product, each) => {
      const others = alternativesOf(each, owner);
      return simplify(
        product.flatMap((scopes) => others.map((more) => [...new Set([...scopes, ...more])])),
        owner,
      );
    },
    [[]],
  );
}

/** Leaves out repetitions, and every alternative that needs all scopes of another one and more. */
function simplify(alternatives: Alternatives, owner: string): Alternatives {
  const contains = (scopes: readonly string[], others: readonly string[]): boolean =>
    others.every((scope) => scopes.includes(scope));
  const minimal = alternatives.filter(
    (scopes, index) =>
      !alternatives.some(
        (others, place) => contains(scopes, others) && (others.length < scopes.length || place < index),
      ),
  );
  if (minimal.length <= maxAlternatives) return minimal;
  throw new ConfigurationError(
    'invalid_scope',
    `${owner}: there are more than ${maxAlternatives} ways to satisfy these scopes. Use a scopeHierarchy, or fewer anyOf(…).`,
  );
}

function isCombination<K extends 'allOf' | 'anyOf'>(
  requirement: unknown,
  key: K,
): requirement is Record<K, readonly ScopeRequirement[]> {
  if (typeof requirement !== 'object' || requirement === null) return false;
  return Array.isArray((requirement as Partial<Record<K, unknown>>)[key]);
}

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

/** What a caller must hold: one scope, all scopes of an array, or a combination of {@link anyOf} and {@link allOf}. */
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
 * @param requirements - what is needed
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

/** A requirement, checked and made ready to be decided many times. */
export interface CompiledRequirement {
  /** Whether these scopes are enough. */
  isSatisfiedBy(granted: ReadonlySet<string>): boolean;
  /**
   * The scopes to ask for, all at once (MCP `basic/authorization#runtime-insufficient-scope-errors`): of every
   * any-of the alternative that lacks least, and everything of an all-of, held already or not.
   */
  scopesToAskFor(granted: ReadonlySet<string>): readonly string[];
}

/** Nothing is needed. */
export const noRequirement: CompiledRequirement = {
  isSatisfiedBy: () => true,
  scopesToAskFor: () => [],
};

/**
 * Compiles a requirement once, at registration.
 *
 * @param requirement - what the developer wrote
 * @param owner - where it stands, for the message, such as `tool "add"`
 * @throws ConfigurationError `invalid_scope` for what is no scope or no requirement, or an any-of without alternatives
 */
export function compileRequirement(requirement: ScopeRequirement, owner: string): CompiledRequirement {
  if (typeof requirement === 'string') return requireScope(requirement, owner);
  if (Array.isArray(requirement)) return requireAll(compileEach(requirement, owner));
  if (isCombination(requirement, 'allOf')) return requireAll(compileEach(requirement.allOf, owner));
  if (isCombination(requirement, 'anyOf')) return requireAny(compileEach(requirement.anyOf, owner), owner);
  throw new ConfigurationError(
    'invalid_scope',
    `${owner}: scopes must be a scope, an array of scopes, anyOf(…) or allOf(…).`,
  );
}

/**
 * Several requirements as one, such as the endpoint's and the item's.
 *
 * @param requirements - compiled requirements, all of which must be satisfied
 */
export function requireAll(requirements: readonly CompiledRequirement[]): CompiledRequirement {
  const [only] = requirements;
  if (only === undefined) return noRequirement;
  if (requirements.length === 1) return only;
  return {
    isSatisfiedBy: (granted) => requirements.every((requirement) => requirement.isSatisfiedBy(granted)),
    scopesToAskFor: (granted) => [
      ...new Set(requirements.flatMap((requirement) => requirement.scopesToAskFor(granted))),
    ],
  };
}

function requireScope(scope: string, owner: string): CompiledRequirement {
  assertScope(scope, owner);
  const toAskFor = Object.freeze([scope]);
  return {
    isSatisfiedBy: (granted) => granted.has(scope),
    scopesToAskFor: () => toAskFor,
  };
}

function requireAny(alternatives: readonly CompiledRequirement[], owner: string): CompiledRequirement {
  if (alternatives.length === 0) {
    throw new ConfigurationError(
      'invalid_scope',
      `${owner}: anyOf() without alternatives can never be satisfied. Name at least one scope.`,
    );
  }
  return {
    isSatisfiedBy: (granted) => alternatives.some((alternative) => alternative.isSatisfiedBy(granted)),
    scopesToAskFor: (granted) => nearest(alternatives, granted),
  };
}

/** The alternative that lacks the fewest scopes; of equals the one written first. */
function nearest(alternatives: readonly CompiledRequirement[], granted: ReadonlySet<string>): readonly string[] {
  const candidates = alternatives.map((alternative) => alternative.scopesToAskFor(granted));
  const lacking = (scopes: readonly string[]): number => scopes.filter((scope) => !granted.has(scope)).length;
  return candidates.reduce((best, candidate) => (lacking(candidate) < lacking(best) ? candidate : best));
}

function compileEach(requirements: readonly ScopeRequirement[], owner: string): CompiledRequirement[] {
  return requirements.map((requirement) => compileRequirement(requirement, owner));
}

function isCombination<K extends 'allOf' | 'anyOf'>(
  requirement: unknown,
  key: K,
): requirement is Record<K, readonly ScopeRequirement[]> {
  if (typeof requirement !== 'object' || requirement === null) return false;
  return key in requirement && Array.isArray((requirement as Record<K, unknown>)[key]);
}

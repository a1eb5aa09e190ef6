import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { AccessDefinition, ItemAccess, ScopeFunction } from './access.js';
import { compileAccess } from './access.js';
import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import { uriSpellings } from './uri-spellings.js';
import { UriTemplate } from './uri-template.js';

/** Access rules for an item of another server: scopes, or all rules of our own definitions except visibility. */
export type NamedAccess = Omit<AccessDefinition, 'visibility'> | ScopeFunction | ScopeRequirement;

/** Rules by name of a tool or prompt, or by URI or URI template; `'*'` is for all items that are not named. */
export type NamedAccessMap = Readonly<Record<string, NamedAccess>>;

/** Finds every rule that applies to an item. */
export type FindAccess = (name: unknown) => readonly ItemAccess[];

const everythingElse = '*';

/**
 * Compiles rules by exact name.
 *
 * @param rules - what the developer wrote
 * @param kind - kind of the names, for messages
 * @throws ConfigurationError
 */
export function compileNames(rules: NamedAccessMap, kind: string): FindAccess {
  const { others, named } = compileRules(rules, kind);
  return (name) => {
    const access = typeof name === 'string' ? named.get(name) : undefined;
    return access === undefined ? others : [access];
  };
}

/**
 * Compiles rules by URI. The other server may look up a URI as it was sent or as `URL` writes it. It may use a template or not, and its
 * templates may match more than ours. So every rule that might apply counts. A URI without a rule is refused, unless there is one for
 * all others.
 *
 * @param rules - what the developer wrote
 * @throws ConfigurationError
 */
export function compileUris(rules: NamedAccessMap): FindAccess {
  const { others, named } = compileRules(rules, 'resource');
  const places = [...named].map(([uri, access]) => ({ access, fits: compilePattern(uri) }));
  const isStrict = places.length > 0 && others.length === 0;
  const rest = isStrict ? [compileAccess({ policy: () => 'There is no rule for this resource' }, 'mcpScopes')] : others;
  return (uri) => {
    const spellings = typeof uri === 'string' ? uriSpellings(uri) : [];
    const found = places.filter(({ fits }) => spellings.some(fits));
    return found.length === 0 ? rest : found.map(({ access }) => access);
  };
}

/** Tells whether a URI is this one, or could be made by this template in any reading of it. */
function compilePattern(pattern: string): (uri: string) => boolean {
  if (!pattern.includes('{')) {
    const same = new Set(uriSpellings(pattern));
    return (uri) => same.has(uri);
  }
  // Explains the problem of an invalid template.
  const { template } = new UriTemplate(pattern);
  const literals = template.split(/\{[^}]*\}/);
  // The first text begins the URI; between and after the others any text may occur.
  return (uri) => {
    let at = 0;
    return literals.every((literal, index) => {
      const found = index === 0 && !uri.startsWith(literal) ? -1 : uri.indexOf(literal, at);
      at = found + literal.length;
      return found !== -1;
    });
  };
}

function compileRules(
  rules: unknown,
  kind: string,
): { readonly others: readonly ItemAccess[]; readonly named: ReadonlyMap<string, ItemAccess> } {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
    throw new ConfigurationError('invalid_option', `mcpScopes: ${kind}s must be an object of scopes by name.`);
  }
  const compiled = Object.entries(rules as NamedAccessMap).map(([name, rule]) => {
    const owner = `mcpScopes ${kind} "${name}"`;
    return [name, compileAccess(definitionOf(rule, owner), owner)] as const;
  });
  const named = new Map(compiled);
  const rest = named.get(everythingElse);
  named.delete(everythingElse);
  return { others: rest === undefined ? [] : [rest], named };
}

const ruleMembers = ['scopes', 'authentication', 'policy'];

function definitionOf(rule: NamedAccess, owner: string): AccessDefinition {
  const isDefinition = typeof rule === 'object' && !Array.isArray(rule) && ruleMembers.some((key) => key in rule);
  if (!isDefinition) return { scopes: rule as ScopeFunction | ScopeRequirement };
  // The other server makes the lists, and its answer about unknown items cannot be imitated.
  assertMembers(rule, ruleMembers, owner);
  return rule as AccessDefinition;
}

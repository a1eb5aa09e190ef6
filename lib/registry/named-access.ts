import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { AccessDefinition, ItemAccess, ScopeFunction } from './access.js';
import { compileAccess } from './access.js';
import type { ScopeRequirement } from '../oauth/scope-requirement.js';
import { UriTemplate } from './uri-template.js';

/** What an item of somebody else's server needs: scopes, or everything that a definition of our own can say but visibility. */
export type NamedAccess = Omit<AccessDefinition, 'visibility'> | ScopeFunction | ScopeRequirement;

/** Rules by name of a tool or prompt, or by URI or URI template; `'*'` is for everything that is not named. */
export type NamedAccessMap = Readonly<Record<string, NamedAccess>>;

/** Finds every rule that an item falls under. */
export type FindAccess = (name: unknown) => readonly ItemAccess[];

const everythingElse = '*';

/**
 * Compiles rules by exact name.
 *
 * @param rules - what the developer wrote
 * @param kind - what the names are of, for messages
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
 * Compiles rules by URI. A server may look a URI up as it was sent or as `URL` writes it, and by a template or without, so
 * every rule that fits either counts.
 *
 * @param rules - what the developer wrote
 * @throws ConfigurationError
 */
export function compileUris(rules: NamedAccessMap): FindAccess {
  const { others, named } = compileRules(rules, 'resource');
  const places = [...named].map(([uri, access]) => ({ uri, access, template: templateOf(uri) }));
  return (uri) => {
    const spellings = typeof uri === 'string' ? new Set([uri, normalised(uri)]) : new Set<string>();
    const found = places.filter((place) =>
      [...spellings].some(
        (spelling) => place.uri === spelling || normalised(place.uri) === spelling || place.template?.match(spelling),
      ),
    );
    return found.length === 0 ? others : found.map(({ access }) => access);
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
  // Lists are made by the other server, and what it says about unknown items is not ours to imitate.
  assertMembers(rule, ruleMembers, owner);
  return rule as AccessDefinition;
}

function templateOf(uri: string): UriTemplate | undefined {
  return uri.includes('{') ? new UriTemplate(uri) : undefined;
}

function normalised(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).href : uri;
}

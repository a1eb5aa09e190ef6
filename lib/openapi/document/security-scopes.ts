import { displayName } from '../../errors/display-name.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { ScopeRequirement } from '../../oauth/scope-requirement.js';
import { allOf, anyOf } from '../../oauth/scope-requirement.js';
import { assertScope } from '../../oauth/scope.js';
import type { JsonObject, OpenApiDocument } from './openapi-document.js';
import { UnusableError } from './unusable-error.js';

// The scheme types whose lists are OAuth scopes; of the others they are roles that a token does not carry
// (OpenAPI 3.1 §4.8.30.1).
const scopedTypes: readonly unknown[] = ['oauth2', 'openIdConnect', undefined];

/**
 * The scopes that the `security` of an operation demands. Callers of a tool have an OAuth token. So alternatives without OAuth (an API
 * key, a session cookie) only count if there is no other.
 *
 * @param document - its `security` applies to operations that have none
 * @param operation - the operation object
 * @returns undefined if the document does not specify scopes, an empty array if none are needed
 * @throws UnusableError if `security` is malformed; ignoring it would leave the operation open
 */
export function scopesOf(document: OpenApiDocument, operation: JsonObject): ScopeRequirement | undefined {
  const security = operation['security'] ?? document.root['security'];
  if (security === undefined) return undefined;
  if (!Array.isArray(security)) throw new UnusableError('security is no array');
  // An empty array takes back what the document demands, and {} makes it optional (OpenAPI 3.1 §4.8.10).
  if (security.length === 0) return [];
  const alternatives = security.map((each: unknown) => readAlternative(document, each));
  if (alternatives.includes('nothing')) return [];
  const scoped = alternatives.filter((each): each is readonly string[] => Array.isArray(each));
  const [only, ...others] = scoped;
  if (only === undefined) return undefined;
  return others.length === 0 ? only : anyOf(...scoped.map((scopes) => allOf(...scopes)));
}

/** One alternative: its scopes, `nothing` if it is empty, or `other` if no scheme of it has scopes. */
function readAlternative(document: OpenApiDocument, alternative: unknown): readonly string[] | 'nothing' | 'other' {
  if (!isObject(alternative)) throw new UnusableError('a security requirement is no object');
  const schemes = Object.entries(alternative);
  if (schemes.length === 0) return 'nothing';
  const scoped = schemes.filter(([name]) => scopedTypes.includes(schemeType(document, name)));
  if (scoped.length === 0) return 'other';
  return scoped.flatMap(([name, scopes]) => {
    if (!Array.isArray(scopes)) throw new UnusableError(`the scopes of ${displayName(name)} are no array`);
    return scopes.filter((scope) => scope !== 'offline_access').map((scope: unknown) => usableScope(scope));
  });
}

function usableScope(scope: unknown): string {
  try {
    assertScope(scope, 'security');
    return scope;
  } catch {
    throw new UnusableError(`security names ${displayName(String(scope))}, which is no scope`);
  }
}

/**
 * The names under which credentials travel in a place of the request, by the document's security schemes.
 *
 * @param document - the document
 * @param place - `query`, `header` or `cookie`
 */
export function credentialNames(document: OpenApiDocument, place: string): readonly string[] {
  return Object.keys(schemesOf(document)).flatMap((name) => {
    const scheme = schemeNamed(document, name);
    const isKey = scheme?.['type'] === 'apiKey' && scheme['in'] === place && typeof scheme['name'] === 'string';
    return isKey ? [String(scheme['name'])] : [];
  });
}

function schemeType(document: OpenApiDocument, name: string): unknown {
  return schemeNamed(document, name)?.['type'];
}

function schemeNamed(document: OpenApiDocument, name: string): JsonObject | undefined {
  const schemes = schemesOf(document);
  if (!Object.hasOwn(schemes, name)) return undefined;
  return document.object(schemes[name], `the security scheme ${displayName(name)}`);
}

function schemesOf(document: OpenApiDocument): JsonObject {
  const { components } = document.root;
  const schemes = isObject(components) ? components['securitySchemes'] : undefined;
  return isObject(schemes) ? schemes : {};
}

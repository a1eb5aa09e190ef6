import { isObject } from '../../jsonrpc/parse-message.js';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';
import { mergeAllOf } from './merge-all-of.js';

/** The member that tells the kind of a value, and its values (OpenAPI 3.1 §4.8.25). */
export interface Discriminator {
  readonly member: string;
  /** Values of the member by reference, such as `#/components/schemas/Cat`. */
  readonly words: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the discriminator of a schema.
 *
 * @returns undefined if it has none
 */
export function discriminatorOf({ discriminator }: JsonObject): Discriminator | undefined {
  if (!isObject(discriminator) || typeof discriminator['propertyName'] !== 'string') return undefined;
  const words = new Map<string, readonly string[]>();
  for (const [word, target] of Object.entries(isObject(discriminator['mapping']) ? discriminator['mapping'] : {})) {
    // A target is a reference, or the name of a schema.
    const reference = /^[A-Za-z0-9._-]+$/.test(String(target))
      ? `#/components/schemas/${String(target)}`
      : String(target);
    words.set(reference, [...(words.get(reference) ?? []), word]);
  }
  return { member: discriminator['propertyName'], words };
}

/**
 * The schemas that a base schema stands for: it lists them by its discriminator and they refer back to it by `allOf`.
 *
 * @param schema - the base
 * @param reference - its own reference
 * @returns references; empty if it is no such base
 */
export function derivedSchemas(schema: JsonObject, reference: string): readonly JsonObject[] {
  if (schema['oneOf'] !== undefined || schema['anyOf'] !== undefined) return [];
  const references = [...(discriminatorOf(schema)?.words.keys() ?? [])];
  return references.filter((one) => one !== reference && one.startsWith('#')).map((one) => ({ $ref: one }));
}

/**
 * A derived schema that is its base with remarks, written out. As a reference, its base would stand for all derived schemas, and so for
 * this one again.
 *
 * @param document - for references
 * @param schema - any schema
 * @param reference - its own reference; undefined if it is a part of a derived schema
 * @returns the same schema if it is not derived in this way
 */
export function withoutReferenceToBase(
  document: OpenApiDocument,
  schema: JsonObject,
  reference: string | undefined,
): JsonObject {
  const bases = new Map<string, JsonObject>();
  for (let base = onlyPart(schema); base !== undefined && !bases.has(base);) {
    const target = document.object({ $ref: base }, 'a part of allOf');
    bases.set(base, target);
    base = onlyPart(target);
  }
  if (![...bases.keys()].some((base) => isDerivedFrom(document, base, reference, new Set()))) return schema;
  const { allOf: _base, ...own } = schema;
  const ancestors = [...bases.values()].map(({ discriminator: _discriminator, ...members }) => members);
  // The last one can have parts of its own; the others are only their base.
  const root = ancestors.at(-1) ?? {};
  const between = ancestors.slice(0, -1).map(({ allOf: _part, ...members }) => members);
  return Object.assign({}, root, ...between.reverse(), own) as JsonObject;
}

function onlyPart({ allOf }: JsonObject): string | undefined {
  const parts = Array.isArray(allOf) ? (allOf as readonly unknown[]) : [];
  const [only] = parts;
  return parts.length === 1 && isObject(only) && typeof only['$ref'] === 'string' ? only['$ref'] : undefined;
}

/** Whether a base lists a schema, or a base that does; without a schema, whether it lists any. */
function isDerivedFrom(
  document: OpenApiDocument,
  base: string,
  reference: string | undefined,
  visited: Set<string>,
): boolean {
  if (visited.has(base)) return false;
  visited.add(base);
  const derived = derivedSchemas(document.object({ $ref: base }, 'a part of allOf'), base);
  if (reference === undefined) return derived.length > 0;
  return derived.some(({ $ref }) => $ref === reference || isDerivedFrom(document, String($ref), reference, visited));
}

/**
 * Keywords for the discriminating member of a branch, so that exactly one branch matches.
 *
 * @param document - for references
 * @param branch - one of the alternatives
 * @param discriminator - of the schema that has the alternatives
 * @returns keywords to add to the branch; none if it has them itself, or if no value is known
 */
export function branchMark(document: OpenApiDocument, branch: unknown, { member, words }: Discriminator): JsonObject {
  if (!isObject(branch) || typeof branch['$ref'] !== 'string') return {};
  const reference = branch['$ref'];
  const named = words.get(reference) ?? [reference.slice(reference.lastIndexOf('/') + 1)];
  const target = document.object(branch, 'an alternative');
  const { properties } = mergeAllOf(document, target) ?? target;
  const own = isObject(properties) ? properties[member] : undefined;
  if (isObject(own) && (own['const'] !== undefined || own['enum'] !== undefined || own['$ref'] !== undefined)) {
    return {};
  }
  const value = named.length === 1 ? { const: named[0] } : { enum: named };
  return { properties: { [member]: value }, required: [member] };
}

import { isObject } from '../../jsonrpc/parse-message.js';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';

// Keywords of a plain object schema. Any other keyword, such as a condition, concerns more than members.
const plainMembers: ReadonlySet<string> = new Set([
  ...['type', 'properties', 'required', 'additionalProperties', 'allOf', 'nullable'],
  ...['title', 'description', 'example', 'examples', 'default', 'deprecated', 'externalDocs', 'xml', 'discriminator'],
  ...['readOnly', 'writeOnly', '$comment', '$schema', '$id', 'anyOf', 'oneOf'],
]);

const annotations: ReadonlySet<string> = new Set([
  ...['title', 'description', 'example', 'examples', 'default', 'deprecated', 'externalDocs', 'xml'],
  ...['nullable', 'readOnly', 'writeOnly', 'allOf'],
]);

const isExtension = (member: string): boolean => member.startsWith('x-');

/**
 * A schema without `allOf`, if possible: many hosts and models do not follow it. Plain objects are merged into one, and a single part
 * with annotations becomes that part.
 *
 * @param document - for references
 * @param schema - a schema with `allOf`
 * @returns undefined if that is impossible
 */
export function mergeAllOf(document: OpenApiDocument, schema: JsonObject): JsonObject | undefined {
  const { allOf, ...own } = schema;
  if (!Array.isArray(allOf)) return undefined;
  const [only] = allOf as readonly unknown[];
  const isRemarked = Object.keys(own).every((member) => annotations.has(member) || isExtension(member));
  if (allOf.length === 1 && isRemarked && isObject(only)) return { ...only, ...own };
  const parts = plainParts(document, schema, []);
  if (parts === undefined || parts.filter(hasAlternatives).length > 1) return undefined;
  return mergeParts(parts, own);
}

/** The parts of a schema, of its references and of their parts; undefined if one of them is more than a plain object. */
function plainParts(
  document: OpenApiDocument,
  schema: JsonObject,
  within: readonly string[],
): readonly JsonObject[] | undefined {
  const parts: JsonObject[] = [];
  for (const part of Array.isArray(schema['allOf']) ? (schema['allOf'] as readonly unknown[]) : []) {
    if (!isObject(part)) return undefined;
    const reference = part['$ref'];
    const isReference = typeof reference === 'string';
    // A schema that is a part of itself accepts the same without that part, but cannot be written out.
    if (isReference && within.includes(reference)) return undefined;
    const target = isReference ? document.object(part, 'a part of allOf') : part;
    const found = plainParts(document, target, isReference ? [...within, reference] : within);
    if (found === undefined) return undefined;
    parts.push(...found);
  }
  const { allOf: _parts, ...own } = schema;
  return isPlain(own) ? [...parts, own] : undefined;
}

function isPlain(schema: JsonObject): boolean {
  if (schema['type'] !== undefined && schema['type'] !== 'object') return false;
  return Object.keys(schema).every((member) => plainMembers.has(member) || isExtension(member));
}

function hasAlternatives(schema: JsonObject): boolean {
  return schema['anyOf'] !== undefined || schema['oneOf'] !== undefined;
}

function mergeParts(parts: readonly JsonObject[], own: JsonObject): JsonObject {
  const properties = new Map<string, unknown>();
  for (const part of parts) {
    for (const [name, schema] of Object.entries(isObject(part['properties']) ? part['properties'] : {})) {
      const before = properties.get(name);
      const isSame = before === undefined || JSON.stringify(before) === JSON.stringify(schema);
      properties.set(name, isSame ? schema : { allOf: [before, schema] });
    }
  }
  const required = parts.flatMap((part) => (Array.isArray(part['required']) ? (part['required'] as unknown[]) : []));
  // `additionalProperties: false` in one part would refuse the members of all others, which no author intends.
  const additional = parts.map((part) => part['additionalProperties']).filter(isObject);
  const alternatives = parts.find(hasAlternatives);
  return {
    ...own,
    type: 'object',
    description: own['description'] ?? parts.findLast((part) => part['description'] !== undefined)?.['description'],
    ...(properties.size > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required: [...new Set(required)] } : {}),
    ...(additional.length === 1 ? { additionalProperties: additional[0] } : { additionalProperties: undefined }),
    anyOf: alternatives?.['anyOf'],
    oneOf: alternatives?.['oneOf'],
  };
}

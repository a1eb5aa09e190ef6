import { isObject } from '../../jsonrpc/parse-message.js';
import type { Schema, SchemaObject } from './keywords.js';
import { isSchema } from './keywords.js';
import type { SchemaDocument } from './schema-document.js';

/**
 * Adds `type: 'object'` to the root of a schema that only accepts objects. MCP wants it there (2026-07-28 schema, Tool), and libraries
 * omit it at the root of a union.
 *
 * @param json - the schema
 * @param document - the same, for its references
 * @returns undefined if it accepts other values
 */
export function withObjectRoot(json: SchemaObject, document: SchemaDocument): SchemaObject | undefined {
  if (json['type'] === 'object') return json;
  // Those are values, written by hand; the type was not forgotten.
  if ('const' in json || 'enum' in json) return undefined;
  if (!describesObject(json, document, document.root.base, new Set())) return undefined;
  const { $schema, type: _, ...rest } = json;
  return { ...($schema === undefined ? {} : { $schema }), type: 'object', ...rest };
}

function describesObject(schema: Schema, document: SchemaDocument, base: string, open: Set<unknown>): boolean {
  if (schema === false) return true;
  if (schema === true || open.has(schema)) return false;
  const visited = new Set([...open, schema]);
  const describes = (each: unknown): boolean =>
    isSchema(each) && describesObject(each, document, document.baseOf(each, base), visited);
  const { type, enum: values, const: value, $ref, allOf, anyOf, oneOf, if: condition } = schema;
  if (type !== undefined) return type === 'object' || (Array.isArray(type) && type.every((name) => name === 'object'));
  if (Array.isArray(values) && values.every(isObject)) return true;
  if (isObject(value)) return true;
  if (typeof $ref === 'string') {
    const target = document.resolve($ref, base);
    if (describesObject(target.schema, document, target.base, visited)) return true;
  }
  if (Array.isArray(allOf) && allOf.some(describes)) return true;
  if ([anyOf, oneOf].some((list) => Array.isArray(list) && list.every(describes))) return true;
  return condition !== undefined && describes(schema['then']) && describes(schema['else']);
}

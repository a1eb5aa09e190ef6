import { isObject } from '../../jsonrpc/parse-message.js';
import type { JsonObject } from '../document/openapi-document.js';

const prefix = '#/$defs/';

/**
 * A schema with its definitions. Definitions that are used once and do not contain themselves are inlined, because many hosts do not
 * follow references.
 *
 * @param schema - refers to the definitions
 * @param definitions - by name
 */
export function inlineDefinitions(schema: JsonObject, definitions: Readonly<Record<string, JsonObject>>): JsonObject {
  const uses = new Map<string, number>();
  for (const one of [schema, ...Object.values(definitions)]) countUses(one, uses);
  const kept = new Map<string, JsonObject>();
  const write = (value: unknown, within: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((each) => write(each, within));
    if (!isObject(value)) return value;
    const written = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, write(each, within)]));
    const name = definitionName(value['$ref']);
    const definition = name === undefined ? undefined : definitions[name];
    if (name === undefined || definition === undefined) return written;
    const { $ref: _reference, ...beside } = written;
    if (uses.get(name) === 1 && !within.includes(name) && hasNoOther(beside, definition)) {
      return { ...(write(definition, [...within, name]) as JsonObject), ...beside };
    }
    if (!kept.has(name)) {
      // First the name, so that a definition that refers to itself ends.
      kept.set(name, {});
      kept.set(name, write(definition, [...within, name]) as JsonObject);
    }
    return written;
  };
  const root = write(schema, []) as JsonObject;
  return kept.size === 0 ? root : { ...root, $defs: Object.fromEntries(kept) };
}

function countUses(value: unknown, uses: Map<string, number>): void {
  if (Array.isArray(value)) for (const each of value) countUses(each, uses);
  if (!isObject(value)) return;
  const name = definitionName(value['$ref']);
  if (name !== undefined) uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const each of Object.values(value)) countUses(each, uses);
}

function definitionName(reference: unknown): string | undefined {
  return typeof reference === 'string' && reference.startsWith(prefix) ? reference.slice(prefix.length) : undefined;
}

/** Whether keywords can be combined with those of a definition in one object; a description replaces that of the definition. */
function hasNoOther(beside: JsonObject, definition: JsonObject): boolean {
  return Object.keys(beside).every((keyword) => keyword === 'description' || !(keyword in definition));
}

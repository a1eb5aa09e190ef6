import type { SchemaObject } from './keywords.js';

/**
 * Translates members that 2020-12 does not allow, by the meaning of an older draft. Examples: a list in `items`, a fragment as `$id`,
 * true or false as an exclusive bound. Many generators write such members without naming their draft, among them TypeBox for tuples.
 *
 * @param schema - a schema of 2020-12, or without `$schema`
 * @returns the same schema if it has none of them
 */
export function readOlderWords(schema: SchemaObject): SchemaObject {
  const { items, prefixItems, $id, exclusiveMinimum, exclusiveMaximum } = schema;
  const isTuple = Array.isArray(items) && prefixItems === undefined;
  const isAnchor = typeof $id === 'string' && $id.startsWith('#');
  const isFlag = typeof exclusiveMinimum === 'boolean' || typeof exclusiveMaximum === 'boolean';
  if (!isTuple && !isAnchor && !isFlag) return schema;
  const members = { ...schema };
  if (isTuple) translateItems(members);
  if (isAnchor) translateId(members);
  translateBounds(members);
  return members;
}

/** 2020-12 release notes: a list in `items` becomes `prefixItems`, and `additionalItems` becomes `items`. */
export function translateItems(members: Record<string, unknown>): void {
  const { items, additionalItems } = members;
  // Without a list before them, there are no additional items (draft-07 validation §6.4.2).
  delete members['additionalItems'];
  if (!Array.isArray(items)) return;
  delete members['items'];
  if (items.length > 0) members['prefixItems'] = items;
  if (additionalItems !== undefined) members['items'] = additionalItems;
}

/** Before 2019-09 an `$id` that is a fragment is an anchor. */
export function translateId(members: Record<string, unknown>): void {
  const { $id } = members;
  if (typeof $id !== 'string' || !$id.includes('#')) return;
  const [uri = '', fragment = ''] = $id.split('#');
  delete members['$id'];
  if (uri !== '') members['$id'] = uri;
  if (fragment !== '') members['$anchor'] = fragment;
}

/** Draft-04 validation §5.1.3.1: true makes the bound beside it an exclusive one, and says nothing without a bound. */
export function translateBounds(members: Record<string, unknown>): void {
  for (const [exclusive, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const flag = members[exclusive];
    if (typeof flag !== 'boolean') continue;
    Reflect.deleteProperty(members, exclusive);
    if (!flag || members[bound] === undefined) continue;
    members[exclusive] = members[bound];
    Reflect.deleteProperty(members, bound);
  }
}

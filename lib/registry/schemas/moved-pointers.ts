import { isObject } from '../../jsonrpc/parse-message.js';
import { holderOf, type SchemaObject } from './keywords.js';

/** Keywords whose schemas are below another keyword in 2020-12. */
const movedKeyword = /\/(?:items|additionalItems|dependencies)(?:\/|$)/;

/**
 * Rewrites a reference by JSON pointer to a place that has another name in 2020-12, such as `#/properties/pair/items/0`. Generators
 * write such references to schemas that they have written before (`zod-to-json-schema`).
 *
 * @param $ref - the reference
 * @param resource - the schema that its `#` means, before the translation
 * @param isOlder - whether its dialect is older than 2020-12
 * @returns the same reference if nothing in its way moves
 */
export function movedReference($ref: string, resource: SchemaObject, isOlder: boolean): string {
  if (!$ref.startsWith('#/') || !movedKeyword.test($ref)) return $ref;
  const tokens = $ref.slice('#/'.length).split('/');
  const moved: string[] = [];
  let schema: unknown = resource;
  while (isObject(schema) && moved.length < tokens.length) {
    const keyword = tokens[moved.length] ?? '';
    const value = schema[keyword];
    moved.push(newNameOf(keyword, schema, isOlder));
    const holder = holderOf(keyword);
    if (holder === undefined) break;
    if (holder === 'map' || Array.isArray(value)) {
      const key = tokens[moved.length];
      if (key === undefined) break;
      moved.push(key);
      schema = memberOf(value, key);
    } else schema = value;
  }
  return `#/${[...moved, ...tokens.slice(moved.length)].join('/')}`;
}

function newNameOf(keyword: string, { items }: SchemaObject, isOlder: boolean): string {
  if (keyword === 'dependencies') return isOlder ? 'dependentSchemas' : keyword;
  if (!Array.isArray(items)) return keyword;
  if (keyword === 'additionalItems') return 'items';
  return keyword === 'items' ? 'prefixItems' : keyword;
}

/** RFC 6901 §3 and §6: `~1` is a slash, `~0` a tilde, and a fragment is percent-encoded. */
function memberOf(value: unknown, token: string): unknown {
  let name = token;
  try {
    name = decodeURIComponent(token);
  } catch {
    // A percent sign of its own.
  }
  name = name.replaceAll('~1', '/').replaceAll('~0', '~');
  return isObject(value) || Array.isArray(value) ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

import { ConfigurationError } from '../../errors/configuration-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { Schema, SchemaObject } from './keywords.js';
import { innerSchemas, isSchema } from './keywords.js';
import { movedReference } from './moved-pointers.js';
import { readOlderWords, translateBounds, translateId, translateItems } from './older-words.js';

const currentUri = 'https://json-schema.org/draft/2020-12/schema';

type Dialect = '2019-09' | '2020-12' | 'draft-04' | 'draft-06' | 'draft-07';

/** Dialects by the URI that names them, without scheme, `www.`, and the empty fragment or slash at its end. */
const dialects: ReadonlyMap<string, Dialect> = new Map([
  ['json-schema.org/draft/2020-12/schema', '2020-12'],
  // OpenAPI 3.1: 2020-12 with annotations of its own.
  ['spec.openapis.org/oas/3.1/dialect/base', '2020-12'],
  // "The latest": older drafts define it so. Older words are read in 2020-12 too.
  ['json-schema.org/schema', '2020-12'],
  ['json-schema.org/draft/2019-09/schema', '2019-09'],
  ['json-schema.org/draft-07/schema', 'draft-07'],
  ['json-schema.org/draft-06/schema', 'draft-06'],
  ['json-schema.org/draft-04/schema', 'draft-04'],
]);

const newIn2019 = [
  ...['prefixItems', '$dynamicRef', '$dynamicAnchor', '$anchor', 'unevaluatedItems', 'unevaluatedProperties'],
  ...['dependentRequired', 'dependentSchemas', 'minContains', 'maxContains'],
];

/** Keywords of 2020-12 that a dialect lacks: there they are annotations, and must not become effective. */
const unknownKeywords: Readonly<Record<Dialect, readonly string[]>> = {
  '2020-12': [],
  '2019-09': ['prefixItems', '$dynamicRef', '$dynamicAnchor'],
  'draft-07': newIn2019,
  'draft-06': [...newIn2019, 'if', 'then', 'else'],
  'draft-04': [...newIn2019, 'if', 'then', 'else', '$id', 'const', 'contains', 'propertyNames'],
};

/** Keywords beside a `$ref` that are effective before 2019-09, too. */
const besideReference = [
  ...['$ref', '$schema', '$comment', '$defs', 'definitions'],
  ...['title', 'description', 'default', 'examples', 'readOnly', 'writeOnly'],
];

/**
 * Writes a schema in 2020-12, the dialect that all clients of MCP know (MCP `basic/index#schema-dialect`).
 *
 * @param schema - a schema of 2020-12, 2019-09, draft-07, draft-06 or draft-04; without `$schema` it is one of 2020-12
 * @param owner - for messages
 * @returns the same schema if no change is needed
 * @throws ConfigurationError `invalid_schema` if the dialect is another one, or the schema cannot be expressed in 2020-12
 */
export function toCurrentDialect(schema: SchemaObject, owner: string): SchemaObject {
  const dialect = dialectOf(schema, '2020-12', owner);
  const { $schema: _, ...rest } = schema;
  const translated = translate(rest, { dialect, owner, resource: rest });
  return '$schema' in schema ? { $schema: currentUri, ...translated } : translated;
}

function dialectOf({ $schema }: SchemaObject, outer: Dialect, owner: string): Dialect {
  if ($schema === undefined) return outer;
  const name = typeof $schema === 'string' ? $schema.replace(/^https?:\/\/(?:www\.)?/i, '').replace(/[#/]+$/, '') : '';
  const dialect = dialects.get(name.toLowerCase());
  if (dialect !== undefined) return dialect;
  throw new ConfigurationError(
    'invalid_schema',
    `${owner}: the dialect ${JSON.stringify($schema)} is not supported. Use ${currentUri}, or leave $schema out.`,
  );
}

/** The surroundings of a schema. */
interface Surroundings {
  readonly dialect: Dialect;
  /** For messages. */
  readonly owner: string;
  /** The schema that `#` means in references. */
  readonly resource: SchemaObject;
}

function translate(schema: SchemaObject, outer: Surroundings): SchemaObject {
  const { owner } = outer;
  const dialect = dialectOf(schema, outer.dialect, owner);
  const resource = isResource(schema, dialect) ? schema : outer.resource;
  const current = dialect === '2020-12' ? readOlderWords(schema) : translateMembers(schema, dialect, owner);
  // 2020-12 only allows `$schema` at the beginning of a resource, and inside it is not needed.
  const members = '$schema' in current ? withoutDialect(current) : current;
  const { $ref } = members;
  const moved = typeof $ref === 'string' ? movedReference($ref, resource, dialect !== '2020-12') : $ref;
  const referring = moved === $ref ? members : { ...members, $ref: moved };
  return mapInner(referring, (inner) =>
    typeof inner === 'boolean' ? inner : translate(inner, { dialect, owner, resource }),
  );
}

/** Whether `#` in references means this schema: its `$id` is more than a fragment. */
function isResource(schema: SchemaObject, dialect: Dialect): boolean {
  const id = schema[dialect === 'draft-04' ? 'id' : '$id'];
  return typeof id === 'string' && !id.startsWith('#');
}

function withoutDialect({ $schema: _, ...members }: SchemaObject): SchemaObject {
  return members;
}

/** @returns the schema itself when `map` changes nothing in it, as with most */
function mapInner(schema: SchemaObject, map: (inner: Schema) => Schema): SchemaObject {
  const changed = innerSchemas(schema).flatMap((inner) => {
    const mapped = map(inner.schema);
    return mapped === inner.schema ? [] : [{ ...inner, schema: mapped }];
  });
  if (changed.length === 0) return schema;
  const copy: Record<string, unknown> = { ...schema };
  const several = new Map<string, Map<number | string, Schema>>();
  for (const { keyword, key, schema: inner } of changed) {
    if (key === undefined) {
      copy[keyword] = inner;
      continue;
    }
    const mapped = several.get(keyword) ?? new Map<number | string, Schema>();
    several.set(keyword, mapped.set(key, inner));
  }
  for (const [keyword, mapped] of several) copy[keyword] = withMapped(copy[keyword], mapped);
  return copy;
}

/** A list or an object of schemas, with others in their places. A member can be named `__proto__`. */
function withMapped(value: unknown, mapped: ReadonlyMap<number | string, Schema>): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, index) => mapped.get(index) ?? each);
  return Object.fromEntries(
    Object.entries(value as SchemaObject).map(([name, each]) => [name, mapped.get(name) ?? each]),
  );
}

function translateMembers(schema: SchemaObject, dialect: Dialect, owner: string): SchemaObject {
  const known = Object.entries(schema).filter(([keyword]) => !unknownKeywords[dialect].includes(keyword));
  const isReference = dialect !== '2019-09' && '$ref' in schema && !isIntoDefs(schema['$ref']);
  const kept = isReference ? known.filter(([keyword]) => besideReference.includes(keyword)) : known;
  const members: Record<string, unknown> = Object.fromEntries(kept);
  translateItems(members);
  translateDependencies(members);
  if (dialect === '2019-09') {
    translateRecursion(members, owner);
    return members;
  }
  if (dialect === 'draft-04') translateDraft04(members);
  translateId(members);
  return members;
}

/** Generators that write `$defs`, which came with 2019-09, also mean what they write beside a `$ref`, whatever label they put on it. */
function isIntoDefs($ref: unknown): boolean {
  return typeof $ref === 'string' && $ref.startsWith('#/$defs/');
}

/** Draft-04 writes `id` for `$id` (draft-06 release notes), and true beside a bound for an exclusive one. */
function translateDraft04(members: Record<string, unknown>): void {
  translateBounds(members);
  const { id } = members;
  if (typeof id !== 'string') return;
  delete members['id'];
  members['$id'] = id;
}

function translateDependencies(members: Record<string, unknown>): void {
  const { dependencies } = members;
  if (!isObject(dependencies)) return;
  delete members['dependencies'];
  const entries = Object.entries(dependencies);
  const names = entries.filter(([, value]) => Array.isArray(value));
  const schemas = entries.filter(([, value]) => isSchema(value));
  if (names.length > 0) members['dependentRequired'] = Object.fromEntries(names);
  if (schemas.length > 0) members['dependentSchemas'] = Object.fromEntries(schemas);
}

function translateRecursion(members: Record<string, unknown>, owner: string): void {
  const { $recursiveRef, $recursiveAnchor, contains, unevaluatedItems } = members;
  if ($recursiveAnchor === true || (contains !== undefined && unevaluatedItems !== undefined)) {
    const word = $recursiveAnchor === true ? '$recursiveAnchor' : 'unevaluatedItems beside contains';
    throw new ConfigurationError(
      'invalid_schema',
      `${owner}: ${word} of 2019-09 means something else in 2020-12. Write the schema in ${currentUri}.`,
    );
  }
  delete members['$recursiveAnchor'];
  if ($recursiveRef === undefined) return;
  delete members['$recursiveRef'];
  if ('$ref' in members) {
    members['allOf'] = [...((members['allOf'] as unknown[] | undefined) ?? []), { $ref: $recursiveRef }];
  } else members['$ref'] = $recursiveRef;
}

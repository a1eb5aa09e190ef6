import { isObject } from '../../jsonrpc/parse-message.js';

/** A schema written as an object of keywords. */
export type SchemaObject = Readonly<Record<string, unknown>>;

/** A schema: keywords, or `true` and `false`, which accept everything and nothing (JSON Schema core §4.3.2). */
export type Schema = SchemaObject | boolean;

/** Whether a JSON value can be a schema. */
export function isSchema(value: unknown): value is Schema {
  return typeof value === 'boolean' || isObject(value);
}

const oneSchema = [
  ...['not', 'if', 'then', 'else', 'contains', 'propertyNames', 'contentSchema'],
  ...['items', 'additionalItems', 'unevaluatedItems', 'additionalProperties', 'unevaluatedProperties'],
];
const schemaLists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const schemaMaps = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies'];

/** Keywords that hold schemas, with how they hold them. */
const holders: ReadonlyMap<string, 'list' | 'map' | 'one'> = new Map([
  ...oneSchema.map((keyword) => [keyword, 'one'] as const),
  ...schemaLists.map((keyword) => [keyword, 'list'] as const),
  ...schemaMaps.map((keyword) => [keyword, 'map'] as const),
]);

/**
 * How a keyword holds schemas. `items` may hold a list, too, in drafts before 2020-12.
 *
 * @returns undefined if it holds none
 */
export function holderOf(keyword: string): 'list' | 'map' | 'one' | undefined {
  return holders.get(keyword);
}

/** Keywords that hold no schemas, and those of older dialects. */
const otherKeywords = [
  ...[
    '$schema',
    '$id',
    '$ref',
    '$anchor',
    '$dynamicRef',
    '$dynamicAnchor',
    '$vocabulary',
    '$comment',
    'type',
    'enum',
    'const',
  ],
  ...['multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength', 'pattern'],
  ...[
    'maxItems',
    'minItems',
    'uniqueItems',
    'maxContains',
    'minContains',
    'maxProperties',
    'minProperties',
    'required',
  ],
  ...[
    'dependentRequired',
    'title',
    'description',
    'default',
    'deprecated',
    'readOnly',
    'writeOnly',
    'examples',
    'format',
  ],
  ...['contentEncoding', 'contentMediaType', '$recursiveRef', '$recursiveAnchor', '$async'],
];

/** The keywords of JSON Schema, in all dialects that are understood. */
export const keywords: ReadonlySet<string> = new Set([...holders.keys(), ...otherKeywords]);

/** Whether a name is a keyword of JSON Schema. */
export function isKeyword(name: string): boolean {
  return keywords.has(name);
}

/** A schema inside another one. */
export interface InnerSchema {
  /** The keyword that holds it. */
  readonly keyword: string;
  /** Its name or index below the keyword; undefined if the keyword holds a single schema. */
  readonly key: number | string | undefined;
  readonly schema: Schema;
}

/**
 * Lists the schemas directly inside a schema. Values of `const`, `enum`, `default` and `examples` are data, not schemas.
 *
 * @param schema - the outer schema
 */
export function innerSchemas(schema: SchemaObject): readonly InnerSchema[] {
  const found: InnerSchema[] = [];
  for (const keyword of Object.keys(schema)) {
    const holder = holders.get(keyword);
    if (holder === undefined) continue;
    const value = schema[keyword];
    if (holder === 'map') {
      if (!isObject(value)) continue;
      for (const [key, each] of Object.entries(value)) if (isSchema(each)) found.push({ keyword, key, schema: each });
    } else if (Array.isArray(value)) {
      // Drafts before 2020-12 allow a list below `items`.
      addList(keyword, value, found);
    } else if (holder === 'one' && isSchema(value)) found.push({ keyword, key: undefined, schema: value });
  }
  return found;
}

function addList(keyword: string, list: readonly unknown[], found: InnerSchema[]): void {
  for (const [key, each] of list.entries()) if (isSchema(each)) found.push({ keyword, key, schema: each });
}

import { isObject } from '../../jsonrpc/parse-message.js';
import type { Schema } from './keywords.js';
import { isSchema } from './keywords.js';
import type { SchemaDocument } from './schema-document.js';

/** Kinds of values that can be written as text. */
export type TextKind = 'boolean' | 'number' | 'string';

const allKinds: readonly TextKind[] = ['string', 'number', 'boolean'];

/**
 * The kinds of values that a schema may accept and that can be written as text. Rather too many than too few: validation decides.
 *
 * @param schema - of one value
 * @param document - the whole, for its references
 * @returns none if the schema wants an array, an object or null
 */
export function textKindsOf(
  schema: Schema,
  document: SchemaDocument,
  base = document.root.base,
): ReadonlySet<TextKind> {
  return kindsOf(schema, { document, base, open: new Set() });
}

interface Place {
  readonly document: SchemaDocument;
  readonly base: string;
  /** Schemas that are being visited: a recursive one adds no kinds. */
  readonly open: ReadonlySet<unknown>;
}

function kindsOf(schema: Schema, { document, base, open }: Place): ReadonlySet<TextKind> {
  if (schema === false) return new Set();
  if (schema === true || open.has(schema)) return new Set(allKinds);
  const inside = { document, base: document.baseOf(schema, base), open: new Set([...open, schema]) };
  const within = (each: unknown): ReadonlySet<TextKind> => (isSchema(each) ? kindsOf(each, inside) : new Set(allKinds));
  const { type, enum: values, const: value, $ref, allOf, anyOf, oneOf } = schema;
  const limits = [
    ofTypes(type),
    Array.isArray(values) ? ofValues(values) : undefined,
    'const' in schema ? ofValues([value]) : undefined,
    typeof $ref === 'string' ? ofReference($ref, inside) : undefined,
    ...(Array.isArray(allOf) ? allOf.map(within) : []),
    ...[anyOf, oneOf].map((list) =>
      Array.isArray(list) ? new Set(list.flatMap((each) => [...within(each)])) : undefined,
    ),
  ];
  return new Set(allKinds.filter((kind) => limits.every((limit) => limit?.has(kind) !== false)));
}

function ofReference(reference: string, { document, base, open }: Place): ReadonlySet<TextKind> {
  const target = document.resolve(reference, base);
  return kindsOf(target.schema, { document, base: target.base, open });
}

function ofTypes(type: unknown): ReadonlySet<TextKind> | undefined {
  if (type === undefined) return undefined;
  const names: readonly unknown[] = Array.isArray(type) ? type : [type];
  const kinds = names.map((name) => (name === 'integer' ? 'number' : name));
  return new Set(allKinds.filter((kind) => kinds.includes(kind)));
}

function ofValues(values: readonly unknown[]): ReadonlySet<TextKind> {
  return new Set(allKinds.filter((kind) => values.some((value) => typeof value === kind)));
}

// RFC 8259 §6
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Converts a text to one of the expected kinds. It stays a text if texts are expected, and else becomes its number or boolean in JSON.
 *
 * @returns the unchanged text if it is none of them, for validation to refuse
 */
export function readTextValue(text: string, kinds: ReadonlySet<TextKind>): boolean | number | string {
  if (kinds.has('string')) return text;
  if (kinds.has('number') && jsonNumber.test(text) && Number.isFinite(Number(text))) return Number(text);
  if (kinds.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** The values that a schema enumerates, as texts; empty if there are none. */
export function namedTexts(schema: Schema): readonly string[] {
  if (!isObject(schema)) return [];
  const { enum: values, const: value, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.every(isSchema) ? anyOf.flatMap(namedTexts) : [];
  const named: readonly unknown[] = Array.isArray(values) ? values : [value];
  return named.flatMap((each) => (['string', 'number', 'boolean'].includes(typeof each) ? [String(each)] : []));
}

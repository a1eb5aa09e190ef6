import { compilePattern } from '../../registry/schemas/patterns/compile-pattern.js';
import type { JsonObject } from '../document/openapi-document.js';

/** Direction of the values: a request has no read-only members, a response no write-only ones. */
export type Direction = 'request' | 'response';

/** Keywords that are copied if their value is of the right kind; all others are left out. */
const limits: Readonly<Record<string, (value: unknown) => boolean>> = {
  multipleOf: (value) => typeof value === 'number' && value > 0,
  maximum: isNumber,
  minimum: isNumber,
  exclusiveMaximum: isNumber,
  exclusiveMinimum: isNumber,
  maxLength: isCount,
  minLength: isCount,
  pattern: (value) => isPattern(value),
  maxItems: isCount,
  minItems: isCount,
  uniqueItems: isBoolean,
  maxProperties: isCount,
  minProperties: isCount,
  format: isText,
  contentEncoding: isText,
  contentMediaType: isText,
};

/**
 * The keywords that bound a single value, as JSON Schema 2020-12. Responses get none: a model does not need them, and an answer that
 * breaks one is still the answer.
 *
 * @param schema - a schema of the document
 * @param direction - of the values
 */
export function valueLimits(schema: JsonObject, direction: Direction): JsonObject {
  if (direction === 'response') return {};
  const bounded = exclusiveBounds(schema);
  return Object.fromEntries(Object.entries(bounded).filter(([keyword, value]) => limits[keyword]?.(value) === true));
}

/** In OpenAPI 3.0 these are booleans that make `minimum` and `maximum` exclusive. */
function exclusiveBounds(schema: JsonObject): JsonObject {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, ...others } = schema;
  return {
    ...others,
    ...(exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { minimum, exclusiveMinimum }),
    ...(exclusiveMaximum === true ? { exclusiveMaximum: maximum } : { maximum, exclusiveMaximum }),
  };
}

const jsonTypes: readonly unknown[] = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/**
 * The types that a schema names, with `null` if it is nullable.
 *
 * @param schema - a schema of the document
 * @returns undefined if it names none that JSON Schema knows
 */
export function typesOf({ type, nullable }: JsonObject): readonly string[] | undefined {
  const named = (Array.isArray(type) ? type : [type]).filter((one) => jsonTypes.includes(one)) as string[];
  const types = [...new Set(named)];
  if (types.length === 0) return undefined;
  return nullable === true && !types.includes('null') ? [...types, 'null'] : types;
}

// Longer enumerations are more noise than help to a model.
const maxEnumValues = 40;
const maxEnumLength = 1_200;

/** The values of an enumeration, or a description if there are too many. */
export interface EnumValues {
  readonly values: readonly unknown[] | undefined;
  readonly note: string | undefined;
}

/**
 * The values of `enum`. For a huge one the model gets some of them in words, and the route checks the value.
 *
 * @param schema - a schema of the document
 */
export function enumOf({ enum: listed, nullable }: JsonObject): EnumValues {
  if (!Array.isArray(listed) || listed.length === 0) return { values: undefined, note: undefined };
  const named = listed as readonly unknown[];
  const values = nullable === true && !named.includes(null) ? [...named, null] : named;
  // JSON Schema demands that they are unique.
  const texts = [...new Set(values.map((value) => JSON.stringify(value)))];
  if (texts.length <= maxEnumValues && texts.join().length <= maxEnumLength) {
    return { values: texts.map((text) => JSON.parse(text) as unknown), note: undefined };
  }
  const some = texts.slice(0, 8).filter((text) => text.length < 60);
  return { values: undefined, note: `One of ${String(texts.length)} values, such as ${some.join(', ')}.` };
}

/** Whether a member is left out in a direction. */
export function isHidden({ readOnly, writeOnly }: JsonObject, direction: Direction): boolean {
  return direction === 'request' ? readOnly === true : writeOnly === true;
}

/** Whether a value is short enough to be shown as a default or an example. */
export function isShort(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= 80;
  return typeof value === 'number' || typeof value === 'boolean';
}

/** Whether a text is a regular expression that the registry accepts: one that refers to its own groups, for example, is not. */
export function isPattern(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    compilePattern(value);
    return true;
  } catch {
    return false;
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

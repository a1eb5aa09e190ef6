import { isObject } from '../../../jsonrpc/parse-message.js';
import type { Schema, SchemaObject } from '../keywords.js';
import { innerSchemas, isSchema } from '../keywords.js';
import type { SchemaDocument, SchemaPlace } from '../schema-document.js';
import { isRecursive } from '../schema-recursion.js';
import { formats } from './formats.js';

/** How a schema is prepared. */
export interface PreparationOptions {
  readonly checksFormats: boolean;
  /** Makes the value of the keyword `definition`. The schema is asked for when it is compiled. */
  readonly define: (make: () => PreparedSchema) => unknown;
}

/** A schema for ajv: it has only keywords of 2020-12 that decide, and references that lead to `$defs` or definitions. */
export type PreparedSchema = SchemaObject;

/** Keywords whose values ajv takes as they are. */
const plainKeywords = new Set([
  ...['type', 'enum', 'const', 'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...['maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems'],
  ...['maxProperties', 'minProperties', 'required', 'dependentRequired'],
]);
const schemaKeywords = new Set([
  ...['not', 'if', 'items', 'propertyNames', 'additionalProperties'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
]);
const listKeywords = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const mapKeywords = new Set(['properties', 'patternProperties', 'dependentSchemas', 'dependencies']);

/**
 * Makes the copy of a schema that ajv compiles. Words that 2020-12 does not have (`$async`, `nullable`, `id`,
 * `discriminator`) and annotations are not in it. References are resolved here, so that it names no resources either.
 *
 * @param document - a schema that was found to be right
 * @param options - how
 */
export function prepareSchema(document: SchemaDocument, options: PreparationOptions): PreparedSchema {
  return new Preparation(document, options).prepare();
}

class Preparation {
  readonly #references = new Map<string, SchemaObject>();
  readonly #numbers = new Map<Schema, number>();
  readonly #definitions: Record<string, PreparedSchema> = {};
  readonly #isRecursive: boolean;
  readonly #hasUnevaluated: boolean;

  constructor(
    private readonly document: SchemaDocument,
    private readonly options: PreparationOptions,
  ) {
    this.#isRecursive = isRecursive(document);
    this.#hasUnevaluated = document.places.some(
      ({ schema }) =>
        typeof schema !== 'boolean' && ('unevaluatedItems' in schema || 'unevaluatedProperties' in schema),
    );
  }

  prepare(): PreparedSchema {
    const { root } = this.document;
    if (this.#isRecursive) return this.#reference(root, []);
    const prepared = this.#place(root, []);
    return { ...(typeof prepared === 'boolean' ? { not: {} } : prepared), $defs: this.#definitions };
  }

  /** A reference to a schema. It is prepared once for each dynamic scope (JSON Schema core §7.1) that it is reached in. */
  #reference(place: SchemaPlace, scope: readonly string[]): SchemaObject {
    const number = this.#numbers.get(place.schema) ?? this.#numbers.size;
    this.#numbers.set(place.schema, number);
    const key = JSON.stringify([number, ...this.document.enter(scope, place.base)]);
    const known = this.#references.get(key);
    if (known !== undefined) return known;
    const make = (): PreparedSchema => asObject(this.#place(place, scope));
    const name = String(this.#references.size);
    const reference = this.#isRecursive ? { definition: this.options.define(make) } : { $ref: `#/$defs/${name}` };
    this.#references.set(key, reference);
    if (!this.#isRecursive) this.#definitions[name] = make();
    return reference;
  }

  #place({ schema, base }: SchemaPlace, outer: readonly string[]): Schema {
    if (typeof schema === 'boolean') return schema;
    const scope = this.document.enter(outer, base);
    const inner = (each: Schema): Schema => {
      const place = { schema: each, base: this.document.baseOf(each, base) };
      return isWide(each) ? this.#reference(place, scope) : this.#place(place, scope);
    };
    const copy: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (plainKeywords.has(keyword)) copy[keyword] = value;
      else if (schemaKeywords.has(keyword) && isSchema(value)) copy[keyword] = inner(value);
      else if (listKeywords.has(keyword) && Array.isArray(value)) copy[keyword] = value.filter(isSchema).map(inner);
      else if (mapKeywords.has(keyword) && isObject(value)) copy[keyword] = mapOf(value, inner);
    }
    this.#addFormat(copy, schema);
    this.#addConditional(copy, schema, inner);
    this.#addContains(copy, schema, inner);
    nameProto(copy);
    const references = this.#referencesOf(schema, base, scope);
    return references.length === 0 ? copy : this.#withReferences(copy, references);
  }

  #referencesOf({ $ref, $dynamicRef }: SchemaObject, base: string, scope: readonly string[]): readonly SchemaObject[] {
    const places: SchemaPlace[] = [];
    if (typeof $ref === 'string') places.push(this.document.resolve($ref, base));
    if (typeof $dynamicRef === 'string') places.push(this.document.resolveDynamic($dynamicRef, base, scope));
    return places.map((place) => this.#reference(place, scope));
  }

  #withReferences(copy: SchemaObject, [first, second]: readonly SchemaObject[]): SchemaObject {
    return { ...first, ...copy, ...(second === undefined ? {} : { allOf: [...listOf(copy['allOf']), second] }) };
  }

  #addFormat(copy: Record<string, unknown>, { format }: SchemaObject): void {
    if (!this.options.checksFormats || typeof format !== 'string' || !Object.hasOwn(formats, format)) return;
    copy['format'] = format;
  }

  #addConditional(copy: Record<string, unknown>, schema: SchemaObject, inner: (each: Schema) => Schema): void {
    if (copy['if'] === undefined) return;
    const { then: consequence, else: alternative } = schema;
    if (isSchema(consequence)) copy['then'] = inner(consequence);
    if (isSchema(alternative)) copy['else'] = inner(alternative);
    if (!this.#hasUnevaluated) return;
    // ajv counts what an `if` evaluates also when it does not fit, and leaves it out when it has no branches. So it
    // decides where it evaluates nothing, and evaluates as a union.
    copy['allOf'] = [...listOf(copy['allOf']), { anyOf: [copy['if'], true] }];
    copy['if'] = { not: { not: copy['if'] } };
  }

  /**
   * ajv takes each item for evaluated where `contains` is. In 2020-12 only the items are that fit it (core §11.2), so there it
   * looks for them in a place that evaluates nothing.
   */
  #addContains(copy: Record<string, unknown>, schema: SchemaObject, inner: (each: Schema) => Schema): void {
    const { contains, minContains, maxContains } = schema;
    if (isSchema(copy['unevaluatedItems'])) {
      const fitting = searchedItems(schema).map(inner);
      if (fitting.length > 0) copy['unevaluatedItems'] = { anyOf: [...fitting, copy['unevaluatedItems']] };
    }
    if (!isSchema(contains)) return;
    const search = {
      contains: inner(contains),
      ...(minContains === undefined ? {} : { minContains }),
      ...(maxContains === undefined ? {} : { maxContains }),
    };
    if (!this.#hasUnevaluated) Object.assign(copy, search);
    else copy['allOf'] = [...listOf(copy['allOf']), { not: { not: search } }];
  }
}

/** The schemas by which `contains` evaluates items: its own, and those of all that has to fit as well. */
function searchedItems({ contains, allOf }: SchemaObject): readonly Schema[] {
  const others = Array.isArray(allOf) ? allOf.filter((each) => isObject(each) && !('$id' in each)) : [];
  return [...(isSchema(contains) ? [contains] : []), ...others.flatMap((each) => searchedItems(each as SchemaObject))];
}

/** A schema with many others in it gets a function of its own: ajv's code nests once for each, and deep code needs stack. */
function isWide(schema: Schema): boolean {
  return typeof schema !== 'boolean' && innerSchemas(schema).length > 100;
}

function asObject(schema: Schema): PreparedSchema {
  if (typeof schema !== 'boolean') return schema;
  return schema ? {} : { allOf: [false] };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function mapOf(map: SchemaObject, inner: (each: Schema) => Schema): SchemaObject {
  // Below `dependencies`, lists of names are values as well.
  return Object.fromEntries(Object.entries(map).map(([name, each]) => [name, isSchema(each) ? inner(each) : each]));
}

const proto = '__proto__';

/** ajv leaves out what has the name `__proto__`; by a pattern it finds it. */
function nameProto(copy: Record<string, unknown>): void {
  const { properties, patternProperties } = copy;
  const named = isObject(properties) && Object.hasOwn(properties, proto) ? properties[proto] : undefined;
  const patterned =
    isObject(patternProperties) && Object.hasOwn(patternProperties, proto) ? patternProperties[proto] : undefined;
  if (named === undefined && patterned === undefined) return;
  copy['patternProperties'] = {
    ...(isObject(patternProperties) ? patternProperties : {}),
    ...(named === undefined ? {} : { [`^${proto}$`]: named }),
    ...(patterned === undefined ? {} : { [`(?:${proto})`]: patterned }),
  };
}

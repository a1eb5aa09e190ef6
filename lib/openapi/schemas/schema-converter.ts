import { isObject } from '../../jsonrpc/parse-message.js';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';
import { UnusableError } from '../document/unusable-error.js';
import { branchMark, derivedSchemas, discriminatorOf, withoutReferenceToBase } from './discriminator.js';
import { mergeAllOf } from './merge-all-of.js';
import { plainText } from './plain-text.js';
import type { Direction } from './value-keywords.js';
import { enumOf, isHidden, isPattern, isShort, typesOf, valueLimits } from './value-keywords.js';

/** Limits for showing a schema. */
export interface SchemaDetail {
  /** Members below this depth are shown by their type only; references count. */
  readonly maxDepth: number;
  /** Longest description of a member, in UTF-16 units. */
  readonly descriptionLength: number;
  /** Members below this depth have no descriptions and examples. */
  readonly describedDepth: number;
  /** Subschemas, beyond which {@link SchemaTooLargeError} is thrown. */
  readonly maxParts: number;
}

/** The schema has more parts than its detail allows. */
export class SchemaTooLargeError extends UnusableError {}

interface Pending {
  readonly name: string;
  readonly reference: string;
  readonly depth: number;
}

/**
 * Translates schemas of OpenAPI 3.0 and 3.1 into JSON Schema 2020-12. Its changes make a schema accept more, never less, because the
 * route checks its arguments itself. References become `$defs`, so recursion is kept.
 */
export class SchemaConverter {
  readonly #document: OpenApiDocument;
  readonly #direction: Direction;
  readonly #detail: SchemaDetail;
  readonly #names = new Map<string, string>();
  readonly #definitions = new Map<string, JsonObject>();
  readonly #pending: Pending[] = [];
  #parts = 0;

  constructor(document: OpenApiDocument, direction: Direction, detail: SchemaDetail) {
    this.#document = document;
    this.#direction = direction;
    this.#detail = detail;
  }

  /**
   * Translates a schema.
   *
   * @param schema - as the document has it
   * @param depth - its depth in the schema that the model sees
   * @throws UnusableError if a reference has no target
   * @throws SchemaTooLargeError
   */
  convert(schema: unknown, depth: number): JsonObject {
    this.#parts++;
    const { maxParts } = this.#detail;
    if (this.#parts > maxParts) throw new SchemaTooLargeError(`a schema has more than ${String(maxParts)} parts`);
    if (schema === false) return { not: {} };
    if (!isObject(schema)) return {};
    if (typeof schema['$ref'] === 'string') return this.#convertReference(schema, schema['$ref'], depth);
    if (depth > this.#detail.maxDepth) return this.#outline(schema);
    if (!Array.isArray(schema['allOf'])) return this.#convertKeywords(schema, depth);
    const merged = mergeAllOf(this.#document, schema);
    return merged === undefined ? this.#convertKeywords(schema, depth) : this.convert(merged, depth);
  }

  /** The definitions that the converted schemas refer to. */
  definitions(): Readonly<Record<string, JsonObject>> {
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      const { name, reference, depth } = next;
      const target = this.#document.object({ $ref: reference }, name);
      const derived = derivedSchemas(target, reference);
      const { discriminator } = target;
      const definition =
        derived.length > 0
          ? { anyOf: derived, discriminator }
          : withoutReferenceToBase(this.#document, target, reference);
      this.#definitions.set(name, this.convert(definition, depth));
    }
    return Object.fromEntries(this.#definitions);
  }

  #convertReference(schema: JsonObject, reference: string, depth: number): JsonObject {
    const target = this.#document.object(schema, 'the schema');
    if (depth > this.#detail.maxDepth && !this.#names.has(reference)) return this.#outline(target);
    const { $ref: _reference, ...beside } = schema;
    const referring = { $ref: `#/$defs/${this.#nameOf(reference, depth)}` };
    // OpenAPI 3.0 §4.7.23.1 ignores keywords beside a reference, but authors write these two there and mean them.
    const { description, nullable } = beside;
    const isOpen = String(this.#document.root['openapi']).startsWith('3.0');
    const added = isOpen ? this.#convertKeywords({ description }, depth) : this.#convertKeywords(beside, depth);
    return nullable === true ? { ...added, anyOf: [referring, { type: 'null' }] } : { ...referring, ...added };
  }

  #nameOf(reference: string, depth: number): string {
    const known = this.#names.get(reference);
    if (known !== undefined) return known;
    const last = reference.slice(reference.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9_.-]+/g, '_');
    const taken = new Set(this.#names.values());
    let name = last === '' ? 'schema' : last;
    for (let count = 2; taken.has(name); count++) name = `${last}_${String(count)}`;
    this.#names.set(reference, name);
    this.#pending.push({ name, reference, depth });
    return name;
  }

  /** The outline of a schema that is too deep to be shown. */
  #outline(schema: JsonObject): JsonObject {
    const types = typesOf(schema) ?? (isObject(schema['properties']) ? ['object'] : undefined);
    return types === undefined ? {} : { type: types.length === 1 ? types[0] : types };
  }

  #convertKeywords(schema: JsonObject, depth: number): JsonObject {
    const { values, note } = enumOf(schema);
    const types = typesOf(schema);
    const isNull = schema['nullable'] === true && types === undefined;
    const converted = {
      ...(types === undefined ? {} : { type: types.length === 1 ? types[0] : types }),
      ...this.#remarks(schema, depth, note),
      ...('const' in schema ? { const: schema['const'] } : {}),
      ...(values === undefined ? {} : { enum: values }),
      ...valueLimits(schema, this.#direction),
      ...this.#members(schema, depth),
      ...this.#elements(schema, depth),
      ...this.#combinations(schema, depth),
    };
    const { anyOf, allOf } = converted as JsonObject;
    if (!isNull || (anyOf === undefined && allOf === undefined)) return converted;
    const { description, ...others } = converted as JsonObject;
    return { ...(description === undefined ? {} : { description }), anyOf: [others, { type: 'null' }] };
  }

  #remarks(schema: JsonObject, depth: number, note: string | undefined): JsonObject {
    const { title, description, deprecated } = schema;
    const isDescribed = depth <= this.#detail.describedDepth;
    const text = typeof description === 'string' && isDescribed ? description : '';
    const remarks = [plainText(text, this.#detail.descriptionLength), note]
      .filter((part) => part !== undefined && part !== '')
      .join(' ');
    const examples = isDescribed ? examplesOf(schema) : [];
    return {
      // The name of a constant; in other places it repeats the name of the member.
      ...('const' in schema && typeof title === 'string' ? { title } : {}),
      ...(remarks === '' ? {} : { description: remarks }),
      ...(deprecated === true ? { deprecated: true } : {}),
      ...(isShort(schema['default']) && this.#direction === 'request' ? { default: schema['default'] } : {}),
      ...(examples.length > 0 ? { examples } : {}),
    };
  }

  #members(schema: JsonObject, depth: number): JsonObject {
    const { properties, required, additionalProperties, patternProperties, propertyNames } = schema;
    const all = Object.entries(isObject(properties) ? properties : {});
    const hidden = new Set(all.filter(([, member]) => this.#isHidden(member)).map(([name]) => name));
    const shown = all.filter(([name]) => !hidden.has(name));
    const needed = Array.isArray(required)
      ? new Set(required.filter((name) => typeof name === 'string'))
      : new Set<string>();
    const neededNames = [...needed].filter((name) => !hidden.has(name));
    const patterns = Object.entries(isObject(patternProperties) ? patternProperties : {}).filter(([key]) =>
      isPattern(key),
    );
    return {
      ...(shown.length > 0 ? { properties: this.#convertAll(shown, depth) } : {}),
      ...(neededNames.length > 0 ? { required: neededNames } : {}),
      ...this.#additional(additionalProperties, depth),
      ...(patterns.length > 0 ? { patternProperties: this.#convertAll(patterns, depth) } : {}),
      ...(isObject(propertyNames) ? { propertyNames: this.convert(propertyNames, depth + 1) } : {}),
    };
  }

  #convertAll(entries: readonly (readonly [string, unknown])[], depth: number): JsonObject {
    return Object.fromEntries(entries.map(([name, member]) => [name, this.convert(member, depth + 1)]));
  }

  #additional(value: unknown, depth: number): JsonObject {
    if (isObject(value) && Object.keys(value).length > 0) {
      return { additionalProperties: this.convert(value, depth + 1) };
    }
    // A response may have members that are newer than the document, and its schema lacks write-only ones.
    return value === false && this.#direction === 'request' ? { additionalProperties: false } : {};
  }

  #isHidden(member: unknown): boolean {
    if (!isObject(member)) return false;
    if (isHidden(member, this.#direction)) return true;
    if (typeof member['$ref'] !== 'string') return false;
    return isHidden(this.#document.object(member, 'the schema'), this.#direction);
  }

  #elements({ items, prefixItems, contains }: JsonObject, depth: number): JsonObject {
    // Drafts before 2020-12 write `prefixItems` as an array of schemas.
    const listed: unknown = Array.isArray(items) ? items : prefixItems;
    return {
      ...(Array.isArray(listed) ? { prefixItems: listed.map((each) => this.convert(each, depth + 1)) } : {}),
      ...(isObject(items) ? { items: this.convert(items, depth + 1) } : {}),
      ...(isObject(contains) && this.#direction === 'request' ? { contains: this.convert(contains, depth + 1) } : {}),
    };
  }

  /**
   * `oneOf` becomes `anyOf`: values often match several alternatives, and the route decides which is meant. `not` and conditions are
   * left out, since loosening their contents would refuse more.
   */
  #combinations(schema: JsonObject, depth: number): JsonObject {
    const { anyOf, oneOf, allOf } = schema;
    const any = Array.isArray(anyOf) ? this.#branches(anyOf, schema, depth) : undefined;
    const one = Array.isArray(oneOf) ? this.#branches(oneOf, schema, depth) : undefined;
    const parts = Array.isArray(allOf) ? allOf.map((part) => this.#part(part, depth)) : [];
    const both = any !== undefined && one !== undefined ? [...parts, { anyOf: one }] : parts;
    return {
      ...(any !== undefined || one !== undefined ? { anyOf: any ?? one } : {}),
      ...(both.length > 0 ? { allOf: both } : {}),
    };
  }

  #branches(branches: readonly unknown[], schema: JsonObject, depth: number): readonly JsonObject[] {
    const discriminator = this.#direction === 'request' ? discriminatorOf(schema) : undefined;
    if (branches.length === 0) throw new UnusableError('a schema has an empty list of alternatives');
    return branches.map((branch) => {
      const converted = this.convert(branch, depth + 1);
      if (discriminator === undefined || converted['$ref'] === undefined) return converted;
      return { ...converted, ...branchMark(this.#document, branch, discriminator) };
    });
  }

  /** A part of `allOf` is written out: as a definition, a base would represent all schemas that are derived from it. */
  #part(part: unknown, depth: number): JsonObject {
    const isReference = isObject(part) && typeof part['$ref'] === 'string';
    if (!isReference) return this.convert(part, depth + 1);
    const target = this.#document.object(part, 'a part of allOf');
    return this.convert(withoutReferenceToBase(this.#document, target, undefined), depth + 1);
  }
}

function examplesOf({ example, examples }: JsonObject): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(examples) ? examples : example === undefined ? [] : [example];
  return all.filter(isShort).slice(0, 2);
}

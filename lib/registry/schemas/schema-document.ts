import { isObject } from '../../jsonrpc/parse-message.js';
import type { Schema, SchemaObject } from './keywords.js';
import { innerSchemas, isSchema } from './keywords.js';

/** A schema and the base URI that references in it are relative to. */
export interface SchemaPlace {
  readonly schema: Schema;
  readonly base: string;
}

// RFC 3986 §5.1.4: the base of a schema that does not name itself.
const unnamedBase = 'json-schema:///';

/**
 * The parts of a schema that references can lead to: resources by `$id`, anchors, and JSON pointers (JSON Schema core §8.2).
 * References stay inside the schema. MCP `basic/index#$ref-resolution` forbids to fetch others.
 */
export class SchemaDocument {
  readonly root: SchemaPlace;
  readonly #bases = new Map<object, string>();
  readonly #resources = new Map<string, SchemaObject>();
  readonly #anchors = new Map<string, SchemaObject>();
  readonly #dynamicAnchors = new Map<string, SchemaObject>();
  #hasReferences = false;

  /**
   * @param json - a schema that fits the meta-schema
   * @throws Error when two schemas have the same `$id` or anchor, or an `$id` is no URI
   */
  constructor(json: SchemaObject) {
    this.#index(json, unnamedBase);
    this.root = { schema: json, base: this.baseOf(json, unnamedBase) };
    if (!this.#resources.has(unnamedBase)) this.#resources.set(unnamedBase, json);
  }

  /**
   * The dynamic scope inside a resource (JSON Schema core §7.1).
   *
   * @param scope - base URIs of the resources that were entered, outermost first
   * @param base - base URI of the resource
   * @returns the same scope when no dynamic reference would find anything else in this resource
   */
  enter(scope: readonly string[], base: string): readonly string[] {
    if (this.#dynamicAnchors.size === 0 || scope.includes(base)) return scope;
    const isNew = this.#namesIn(base).some((name) => !scope.some((outer) => this.#dynamicAnchors.has(outer + name)));
    return isNew ? [...scope, base] : scope;
  }

  /** Every schema in the document, with its base. Grows when a reference leads to a place that is no schema otherwise. */
  get places(): readonly SchemaPlace[] {
    return [...this.#bases].map(([schema, base]) => ({ schema: schema as SchemaObject, base }));
  }

  /** Whether a schema in the document refers to another. Without that, each lies in one other only. */
  get hasReferences(): boolean {
    return this.#hasReferences;
  }

  /** The base URI of a schema in the document. */
  baseOf(schema: Schema, outer: string): string {
    return typeof schema === 'boolean' ? outer : (this.#bases.get(schema) ?? outer);
  }

  /**
   * The schema that a reference leads to.
   *
   * @param reference - value of `$ref` or `$dynamicRef`
   * @param base - base URI of the schema that it is in
   * @throws Error when there is none
   */
  resolve(reference: string, base: string): SchemaPlace {
    const place = this.#find(reference, base);
    if (place !== undefined) return place;
    const outside = /^[a-z][a-z0-9+.-]*:/i.test(reference)
      ? '. Other documents are not fetched: put it below $defs'
      : '';
    throw new Error(`can't resolve reference ${JSON.stringify(reference)}${outside}`);
  }

  /**
   * The schema that a dynamic reference leads to: the outermost resource that has the anchor (JSON Schema core §8.2.3.2).
   *
   * @param reference - value of `$dynamicRef`
   * @param base - base URI of the schema that it is in
   * @param scope - base URIs of the resources that were entered, outermost first
   */
  resolveDynamic(reference: string, base: string, scope: readonly string[]): SchemaPlace {
    const place = this.resolve(reference, base);
    const name = reference.slice(reference.indexOf('#') + 1);
    if (typeof place.schema === 'boolean' || place.schema['$dynamicAnchor'] !== name) return place;
    for (const resource of scope) {
      const schema = this.#dynamicAnchors.get(`${resource}#${name}`);
      if (schema !== undefined) return { schema, base: resource };
    }
    return place;
  }

  /** Every schema that a dynamic reference of this name may lead to. */
  dynamicTargets(reference: string): readonly SchemaPlace[] {
    const name = reference.slice(reference.indexOf('#'));
    return [...this.#dynamicAnchors].flatMap(([uri, schema]) =>
      uri.endsWith(name) ? [{ schema, base: uri.slice(0, uri.indexOf('#')) }] : [],
    );
  }

  /** Names of the dynamic anchors in a resource, with `#`. */
  #namesIn(base: string): readonly string[] {
    return [...this.#dynamicAnchors.keys()].flatMap((uri) =>
      uri.startsWith(`${base}#`) ? [uri.slice(base.length)] : [],
    );
  }

  #find(reference: string, base: string): SchemaPlace | undefined {
    if (!URL.canParse(reference, base)) return undefined;
    const url = new URL(reference, base);
    const fragment = decoded(url.hash.slice(1));
    url.hash = '';
    const resource = this.#resources.get(url.href);
    if (resource === undefined || fragment === undefined) return undefined;
    if (fragment === '') return { schema: resource, base: url.href };
    if (fragment.startsWith('/')) return this.#follow(resource, fragment, url.href);
    const uri = `${url.href}#${fragment}`;
    const schema = this.#anchors.get(uri) ?? this.#dynamicAnchors.get(uri);
    return schema === undefined ? undefined : { schema, base: url.href };
  }

  /** Follows a JSON pointer (RFC 6901), also to places where only the reference says that they are schemas. */
  #follow(resource: SchemaObject, pointer: string, start: string): SchemaPlace | undefined {
    let base = start;
    let value: unknown = resource;
    for (const step of pointer.slice(1).split('/')) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as SchemaObject)[key];
      if (isObject(value)) base = this.#bases.get(value) ?? base;
    }
    if (!isSchema(value)) return undefined;
    if (isObject(value) && !this.#bases.has(value)) this.#index(value, base);
    return { schema: value, base: this.baseOf(value, base) };
  }

  #index(schema: Schema, outer: string): void {
    if (typeof schema === 'boolean') return;
    const { $id, $anchor, $dynamicAnchor, $ref, $dynamicRef } = schema;
    this.#hasReferences ||= typeof $ref === 'string' || typeof $dynamicRef === 'string';
    const base = typeof $id === 'string' ? resourceUri($id, outer) : outer;
    this.#bases.set(schema, base);
    if (typeof $id === 'string') add(this.#resources, base, schema);
    if (typeof $anchor === 'string') add(this.#anchors, `${base}#${$anchor}`, schema);
    if (typeof $dynamicAnchor === 'string') add(this.#dynamicAnchors, `${base}#${$dynamicAnchor}`, schema);
    for (const inner of innerSchemas(schema)) this.#index(inner.schema, base);
  }
}

function resourceUri($id: string, base: string): string {
  if (!URL.canParse($id, base)) throw new Error(`the $id ${JSON.stringify($id)} is no URI`);
  const url = new URL($id, base);
  url.hash = '';
  return url.href;
}

function add(places: Map<string, SchemaObject>, uri: string, schema: SchemaObject): void {
  if (places.has(uri)) throw new Error(`reference "${uri}" resolves to more than one schema`);
  places.set(uri, schema);
}

function decoded(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

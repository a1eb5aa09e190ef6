import type { SchemaObject } from './keywords.js';
import { innerSchemas } from './keywords.js';
import type { SchemaDocument, SchemaPlace } from './schema-document.js';

/** Keywords whose schemas apply to the same value as the schema that they are in. */
const inPlace = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas', 'dependencies'];

/** Schemas that may lie inside each other when references are followed. Each one costs stack while a value is checked. */
const maxDepth = 1_000;

/**
 * Checks that following a schema's references ends for every value.
 *
 * @param document - the schema
 * @throws Error when a schema leads back to itself without going into the value, or a reference leads nowhere
 */
export function assertEnds(document: SchemaDocument): void {
  if (hasCycle(document, placesInPlace)) throw new Error('a $ref leads back to itself without going into the value');
}

/** Whether a schema leads back to itself, so that how deep it goes depends on the value. */
export function isRecursive(document: SchemaDocument): boolean {
  return hasCycle(document, allPlaces);
}

type Follow = (document: SchemaDocument, schema: SchemaObject, base: string) => readonly SchemaPlace[];

function hasCycle(document: SchemaDocument, follow: Follow): boolean {
  if (!document.hasReferences) return false;
  const state = new Map<object, 'done' | 'open'>();
  const visit = ({ schema, base }: SchemaPlace, depth: number): boolean => {
    if (typeof schema === 'boolean') return false;
    if (depth > maxDepth) throw new Error(`it is deeper than ${maxDepth} levels when its references are followed`);
    const known = state.get(schema);
    if (known !== undefined) return known === 'open';
    state.set(schema, 'open');
    const isCyclic = follow(document, schema, base).some((place) => visit(place, depth + 1));
    state.set(schema, 'done');
    return isCyclic;
  };
  return document.places.some((place) => visit(place, 0));
}

function placesInPlace(document: SchemaDocument, schema: SchemaObject, base: string): readonly SchemaPlace[] {
  const inner = innerSchemas(schema).filter(({ keyword }) => inPlace.includes(keyword));
  const places = inner.map(({ schema: each }) => ({ schema: each, base: document.baseOf(each, base) }));
  return [...places, ...referenced(document, schema, base)];
}

function allPlaces(document: SchemaDocument, schema: SchemaObject, base: string): readonly SchemaPlace[] {
  const places = innerSchemas(schema).map(({ schema: each }) => ({ schema: each, base: document.baseOf(each, base) }));
  return [...places, ...referenced(document, schema, base)];
}

function referenced(
  document: SchemaDocument,
  { $ref, $dynamicRef }: SchemaObject,
  base: string,
): readonly SchemaPlace[] {
  const places: SchemaPlace[] = [];
  if (typeof $ref === 'string') places.push(document.resolve($ref, base));
  if (typeof $dynamicRef === 'string') {
    places.push(document.resolve($dynamicRef, base), ...document.dynamicTargets($dynamicRef));
  }
  return places;
}

import { isObject } from '../../jsonrpc/parse-message.js';
import { checkMetaSchema } from './check-meta-schema.js';
import type { SchemaObject } from './keywords.js';
import { innerSchemas } from './keywords.js';
import { compilePattern } from './patterns/compile-pattern.js';
import { SchemaDocument } from './schema-document.js';
import { assertEnds } from './schema-recursion.js';

/**
 * Checks that a schema of 2020-12 can be compiled: keywords, references and patterns.
 *
 * @param schema - the schema
 * @param isOfLibrary - whether the library that it comes from matches its patterns, by JavaScript's own engine
 * @returns the schema with its references
 * @throws Error that says what is wrong
 */
export function assertSchema(schema: SchemaObject, isOfLibrary: boolean): SchemaDocument {
  assertKeywords(schema);
  const document = new SchemaDocument(schema);
  // References may lead to places that are schemas only because of them; those are checked as well.
  let checked = 0;
  for (let places = document.places; checked < places.length; places = document.places) {
    for (const { schema: place, base } of places.slice(checked)) {
      if (typeof place === 'boolean') continue;
      assertPatterns(place, isOfLibrary);
      assertWidth(place);
      for (const reference of [place['$ref'], place['$dynamicRef']]) {
        if (typeof reference !== 'string') continue;
        const { schema: target } = document.resolve(reference, base);
        if (typeof target !== 'boolean' && document.places.length > places.length) assertKeywords(target);
      }
    }
    checked = places.length;
  }
  assertEnds(document);
  return document;
}

function assertKeywords(schema: SchemaObject): void {
  const issues = checkMetaSchema(schema);
  if (issues.length === 0) return;
  const texts = issues.map(({ path, message }) => `data${path} ${message}`);
  throw new Error(`schema is invalid: ${texts.join(', ')}`);
}

/** More would be code that is nested too deep to compile. */
const maxWidth = 1_000;

function assertWidth(schema: SchemaObject): void {
  const inner = innerSchemas(schema);
  if (inner.length <= maxWidth) return;
  const width = inner.filter(({ keyword }) => keyword !== '$defs' && keyword !== 'definitions').length;
  if (width <= maxWidth) return;
  throw new Error(`a schema has ${width} others directly in it, more than ${maxWidth}. Make it simpler.`);
}

function assertPatterns(schema: SchemaObject, isOfLibrary: boolean): void {
  const { pattern, patternProperties } = schema;
  const named = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  for (const each of typeof pattern === 'string' ? [pattern, ...named] : named) {
    const { isSafeForLibraries } = compilePattern(each);
    if (!isOfLibrary || isSafeForLibraries) continue;
    throw new Error(
      `the library would match the pattern ${JSON.stringify(each)} in time that grows faster than the text. Let it begin ` +
        'with ^ and leave one way only to match each text, or give this schema as JSON Schema, whose patterns are ' +
        'matched in time proportional to the text.',
    );
  }
}

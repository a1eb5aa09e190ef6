import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';
import { inlineDefinitions } from './inline-definitions.js';
import type { SchemaDetail } from './schema-converter.js';
import { SchemaConverter, SchemaTooLargeError } from './schema-converter.js';
import type { Direction } from './value-keywords.js';

/** Longest schemas, in UTF-16 units of their JSON: about 4,000 words of a model for arguments, half of that for results. */
const maxLength: Readonly<Record<Direction, number>> = { request: 16_000, response: 8_000 };

/** From everything to very little; the first that fits is taken. */
const details: readonly SchemaDetail[] = [
  { maxDepth: 30, descriptionLength: 500, describedDepth: 30, maxParts: 800 },
  { maxDepth: 30, descriptionLength: 200, describedDepth: 3, maxParts: 800 },
  { maxDepth: 8, descriptionLength: 120, describedDepth: 2, maxParts: 800 },
  { maxDepth: 5, descriptionLength: 120, describedDepth: 2, maxParts: 800 },
  { maxDepth: 4, descriptionLength: 100, describedDepth: 2, maxParts: 800 },
  { maxDepth: 3, descriptionLength: 80, describedDepth: 2, maxParts: 800 },
  { maxDepth: 2, descriptionLength: 60, describedDepth: 1, maxParts: 800 },
];

const least: SchemaDetail = { maxDepth: 1, descriptionLength: 40, describedDepth: 1, maxParts: 5_000 };

const membersOnly: SchemaDetail = { maxDepth: 0, descriptionLength: 0, describedDepth: -1, maxParts: 5_000 };

/** A model has to know all arguments. It sees only the names and types of members if a result is wide. */
const wideResults: readonly SchemaDetail[] = [least, { ...membersOnly, maxDepth: 1 }, membersOnly];

/**
 * Makes a schema that a model can work with: all of it if it is small. Otherwise it first leaves out the descriptions and then the deep
 * members. Arguments are longer than that if they are too many; of a result that is too wide, the type is left.
 *
 * @param document - for references
 * @param direction - of the values
 * @param build - makes the schema with the given converter
 * @throws UnusableError if a reference has no target
 */
export function fittingSchema(
  document: OpenApiDocument,
  direction: Direction,
  build: (converter: SchemaConverter) => JsonObject,
): JsonObject {
  const attempt = (detail: SchemaDetail): JsonObject => {
    const converter = new SchemaConverter(document, direction, detail);
    const schema = build(converter);
    return inlineDefinitions(schema, converter.definitions());
  };
  const isResult = direction === 'response';
  for (const detail of isResult ? [...details, ...wideResults] : details) {
    try {
      const schema = attempt(detail);
      if (JSON.stringify(schema).length <= maxLength[direction]) return schema;
    } catch (error) {
      if (!(error instanceof SchemaTooLargeError)) throw error;
    }
  }
  return isResult ? typeOf(build, new SchemaConverter(document, direction, membersOnly)) : attempt(least);
}

function typeOf(build: (converter: SchemaConverter) => JsonObject, converter: SchemaConverter): JsonObject {
  const { type } = build(converter);
  return type === undefined ? {} : { type };
}

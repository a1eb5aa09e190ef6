import { isObject } from '../../jsonrpc/parse-message.js';
import type { DocumentOperation } from '../document/operations.js';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';
import { UnusableError } from '../document/unusable-error.js';
import { isJsonLinesType, isJsonType, mediaTypeOf } from '../media-type.js';
import { fittingSchema } from '../schemas/fitting-schema.js';

/** The expected answers of a route. */
export interface ResultPlan {
  /** Value of the request's `Accept` field. */
  readonly accept: string;
  /** Schema of the structured content; undefined if not every success has one. */
  readonly outputSchema: JsonObject | undefined;
}

/**
 * Plans the results of an operation's tool. A tool with an output schema must always return structured content. So it gets one only if
 * each success in the document is JSON with a schema.
 *
 * @param document - for references
 * @param operation - the operation
 */
export function planResult(document: OpenApiDocument, { source }: DocumentOperation): ResultPlan {
  const contents = successes(document, source['responses']);
  const types = [...new Set(contents.flatMap((content) => Object.keys(content)))].filter((type) => type !== '');
  const jsonTypes = types.filter((type) => isJsonType(mediaTypeOf(type)));
  const isStream = types.some((type) => type.startsWith('text/event-stream') || isJsonLinesType(mediaTypeOf(type)));
  const schemas = contents.map((content) => jsonSchemaOf(content));
  const isAlwaysJson = schemas.length > 0 && schemas.every((schema) => schema !== undefined) && !isStream;
  const outputSchema = isAlwaysJson ? schemaOf(document, schemas) : undefined;
  const accepted =
    outputSchema === undefined ? [...jsonTypes, ...types.filter((type) => !jsonTypes.includes(type))] : jsonTypes;
  return { accept: acceptField(accepted, outputSchema !== undefined), outputSchema };
}

/** The contents of the successes: 2xx, or those of `default` if there are none. 3xx counts as one without content. */
function successes(document: OpenApiDocument, responses: unknown): readonly JsonObject[] {
  const all = isObject(responses) ? responses : {};
  const named = Object.keys(all).filter((status) => /^[23]/.test(status));
  const chosen = named.length > 0 ? named : Object.keys(all).filter((status) => status === 'default');
  return chosen.map((status) => {
    try {
      const { content } = document.object(all[status], 'a response');
      return isObject(content) ? content : {};
    } catch (error) {
      if (error instanceof UnusableError) return {};
      throw error;
    }
  });
}

function jsonSchemaOf(content: JsonObject): unknown {
  const media = Object.entries(content).find(([type]) => isJsonType(mediaTypeOf(type)))?.[1];
  return isObject(media) ? media['schema'] : undefined;
}

function schemaOf(document: OpenApiDocument, schemas: readonly unknown[]): JsonObject | undefined {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  const [only, ...others] = distinct;
  try {
    const schema = fittingSchema(document, 'response', (converter) => {
      if (others.length === 0) return converter.convert(only, 0);
      return { anyOf: distinct.map((one) => converter.convert(one, 0)) };
    });
    return usable(schema);
  } catch (error) {
    // The operation can still be called; its result is not described.
    if (error instanceof UnusableError) return undefined;
    throw error;
  }
}

/** A schema with a `type` at the root, where clients before 2026-07-28 look for it. */
function usable(schema: JsonObject): JsonObject | undefined {
  if (Object.keys(schema).every((keyword) => keyword === 'description')) return undefined;
  const { $ref, $defs, ...others } = schema;
  if (typeof $ref !== 'string' || !isObject($defs)) {
    return isEveryBranchObject(schema) ? { type: 'object', ...schema } : schema;
  }
  const root = $defs[$ref.slice('#/$defs/'.length)];
  return isObject(root) ? { ...root, ...others, $defs } : schema;
}

function isEveryBranchObject({ type, anyOf, $defs }: JsonObject): boolean {
  if (type !== undefined || !Array.isArray(anyOf)) return false;
  const definitions = isObject($defs) ? $defs : {};
  return anyOf.every((branch: unknown) => {
    if (!isObject(branch)) return false;
    const named = typeof branch['$ref'] === 'string' ? definitions[branch['$ref'].slice('#/$defs/'.length)] : branch;
    return isObject(named) && named['type'] === 'object';
  });
}

function acceptField(types: readonly string[], isJsonOnly: boolean): string {
  const legal = types.filter((type) => /^[\w*.+-]+\/[\w*.+-]+(?:; ?[\w-]+=[\w.-]+)*$/.test(type));
  const errors = legal.includes('application/problem+json') ? [] : ['application/problem+json;q=0.9'];
  if (legal.length === 0) return 'application/json, */*;q=0.5';
  const [first = '', ...others] = legal;
  const ranked = others.map((type) => `${type};q=0.8`);
  return [first, ...ranked, ...errors, ...(isJsonOnly ? ['application/json;q=0.7'] : ['*/*;q=0.5'])].join(', ');
}

import { ConfigurationError } from '../../errors/configuration-error.js';

// MCP basic/index#composition-keyword-resource-use: SHOULD bound depth and number of subschemas. These are far beyond
// what a model could make sense of.
const maxDepth = 64;
const maxNodes = 10_000;

/**
 * A copy of a schema as plain JSON, of bounded depth and size.
 *
 * @param schema - what the developer wrote
 * @param owner - whose it is, for messages
 * @throws ConfigurationError `invalid_schema` when it is no JSON object, too deep or too large
 */
export function copySchema(schema: unknown, owner: string): Readonly<Record<string, unknown>> {
  const copy = toJson(schema, owner);
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) {
    throw new ConfigurationError(
      'invalid_schema',
      `${owner} must be a JSON Schema such as { type: 'object', properties: {} }, or a schema of a library such as zod.`,
    );
  }
  let nodes = 0;
  const measure = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    nodes++;
    if (depth > maxDepth || nodes > maxNodes) {
      throw new ConfigurationError(
        'invalid_schema',
        `${owner} is deeper than ${String(maxDepth)} levels or larger than ${String(maxNodes)} parts. Make it simpler.`,
      );
    }
    for (const member of Object.values(value)) measure(member, depth + 1);
  };
  measure(copy, 0);
  return copy as Readonly<Record<string, unknown>>;
}

/** Freezes a JSON value with everything in it, so that nothing can change it afterwards. */
export function freezeJson<Json>(value: Json): Json {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freezeJson(member);
  return Object.freeze(value);
}

function toJson(schema: unknown, owner: string): unknown {
  try {
    // What has no JSON at all, such as undefined or a function, has no text to parse either.
    return JSON.parse(JSON.stringify(schema)) as unknown;
  } catch (cause) {
    throw new ConfigurationError('invalid_schema', `${owner} cannot be written as JSON.`, { cause });
  }
}

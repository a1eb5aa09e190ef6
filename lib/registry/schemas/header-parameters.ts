import { ConfigurationError } from '../../errors/configuration-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';

/** An argument that clients repeat in a header field (MCP `basic/transports/streamable-http#custom-headers-from-tool-parameters`). */
export interface HeaderParameter {
  /** The header field, such as `Mcp-Param-Region`. */
  readonly field: string;
  /** The path of the argument: the names of properties, from the outermost on. */
  readonly path: readonly string[];
  readonly type: 'boolean' | 'integer' | 'string';
}

type Schema = Readonly<Record<string, unknown>>;

const annotation = 'x-mcp-header';

/**
 * The arguments that a schema wants repeated in header fields.
 *
 * @param schema - input schema of a tool, as JSON
 * @param owner - of the schema, for messages
 * @throws ConfigurationError `invalid_schema` if an annotation breaks a rule of `#schema-extension`; clients would drop such a tool
 *   from their list
 */
export function compileHeaderParameters(schema: Schema, owner: string): readonly HeaderParameter[] {
  const found = reachable(schema, [], owner);
  const count = countAnnotations(schema);
  if (count > found.length) {
    throw invalidHeader(
      owner,
      'stands where it cannot be found by properties alone, such as below items, anyOf or $defs',
    );
  }
  const fields = found.map(({ field }) => field.toLowerCase());
  const twice = found.find(({ field }, index) => fields.indexOf(field.toLowerCase()) !== index);
  if (twice !== undefined) throw invalidHeader(owner, `names "${twice.field.slice(prefix.length)}" twice`);
  return found;
}

const prefix = 'Mcp-Param-';
// RFC 9110 §5.6.2
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function reachable(schema: Schema, path: readonly string[], owner: string): readonly HeaderParameter[] {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const here = [...path, name];
    const inside = reachable(property, here, owner);
    if (!(annotation in property)) return inside;
    const { [annotation]: header, type } = property;
    if (typeof header !== 'string' || !token.test(header)) {
      throw invalidHeader(owner, 'must be the name of a header field');
    }
    if (type !== 'string' && type !== 'integer' && type !== 'boolean') {
      throw invalidHeader(owner, `"${header}" must be on a property of type string, integer or boolean`);
    }
    return [{ field: prefix + header, path: here, type }, ...inside];
  });
}

/** Counts the annotations at all places of a schema. The contents of `const`, `enum`, `default` and `examples` are values. */
function countAnnotations(schema: unknown): number {
  if (Array.isArray(schema)) return schema.reduce<number>((sum, each) => sum + countAnnotations(each), 0);
  if (!isObject(schema)) return 0;
  return Object.entries(schema).reduce((sum, [keyword, value]) => {
    if (keyword === annotation) return sum + 1;
    if (values.includes(keyword)) return sum;
    return sum + (maps.includes(keyword) && isObject(value) ? countInMap(value) : countAnnotations(value));
  }, 0);
}

/** The author of a schema chooses the names in `properties` and the like, also names that are keywords elsewhere. */
function countInMap(members: Schema): number {
  return Object.values(members).reduce<number>((sum, each) => sum + countAnnotations(each), 0);
}

const values = ['const', 'enum', 'default', 'examples'];
const maps = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'];

function invalidHeader(owner: string, what: string): ConfigurationError {
  return new ConfigurationError('invalid_schema', `${owner}: x-mcp-header ${what}.`);
}

import { ConfigurationError } from '../../errors/configuration-error.js';
import { displayName, plainName } from '../../errors/display-name.js';
import { setMember } from '../../jsonrpc/set-member.js';

// MCP basic/index#composition-keyword-resource-use: SHOULD bound depth and number of subschemas. These bounds are far beyond the
// schemas that a model understands.
const maxDepth = 64;
const maxNodes = 10_000;
// The first names of a path are enough for a message.
const maxNames = 10;

/**
 * A copy of a schema as plain JSON, of bounded depth and size. Values that JSON would lose or change are refused: without them the
 * schema would accept more than its author thinks.
 *
 * @param schema - what the developer wrote
 * @param owner - of the schema, for messages
 * @throws ConfigurationError `invalid_schema` if it is not a JSON object, too deep or too large
 */
export function copySchema(schema: unknown, owner: string): Readonly<Record<string, unknown>> {
  const copy = toJson(schema, owner);
  if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) {
    throw new ConfigurationError(
      'invalid_schema',
      `${owner} must be a JSON Schema such as { type: 'object', properties: {} }, or a schema of a library such as zod.`,
    );
  }
  return copy as Readonly<Record<string, unknown>>;
}

/** Freezes a JSON value with everything in it, so that nothing can change it afterwards. */
export function freezeJson<Json>(value: Json): Json {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) freezeJson(member);
  return Object.freeze(value);
}

/** A place in a schema. Its path is only written for a message. */
interface Place {
  readonly outer: Place | undefined;
  readonly name: number | string;
}

function pathOf(place: Place | undefined): string {
  const names: string[] = [];
  for (let at = place; at !== undefined; at = at.outer) names.unshift(plainName(String(at.name), 100));
  return names
    .slice(0, maxNames)
    .map((name) => `/${name}`)
    .join('');
}

function toJson(schema: unknown, owner: string): unknown {
  let nodes = 0;
  const refuse = (what: string): never => {
    throw new ConfigurationError('invalid_schema', `${owner} ${what}`);
  };
  const copyOf = (value: unknown, place: Place | undefined, depth: number): unknown => {
    const strange = strangeValue(value);
    if (strange !== undefined) {
      refuse(`cannot be written as JSON: ${strange}${place === undefined ? '' : ` at ${pathOf(place)}`}.`);
    }
    if (typeof value !== 'object' || value === null) return value;
    nodes++;
    if (depth > maxDepth || nodes > maxNodes) {
      refuse(`is deeper than ${String(maxDepth)} levels or larger than ${String(maxNodes)} parts. Make it simpler.`);
    }
    // Objects with a `toJSON` method.
    if ('toJSON' in value && typeof value.toJSON === 'function') {
      return copyOf((value.toJSON as () => unknown)(), place, depth + 1);
    }
    const copyIn = (name: number | string, member: unknown): unknown =>
      copyOf(member, { outer: place, name }, depth + 1);
    if (Array.isArray(value)) return value.map((item: unknown, index) => copyIn(index, item));
    const members = value as Readonly<Record<string, unknown>>;
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(members)) {
      const member = members[name];
      if (member !== undefined) setMember(copy, name, copyIn(name, member));
    }
    return copy;
  };
  return copyOf(schema, undefined, 0);
}

/** Names the kind of a value that JSON cannot represent; undefined for others. */
function strangeValue(value: unknown): string | undefined {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof RegExp) return `the pattern ${displayName(String(value))}, write its source as a text,`;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'toJSON' in value) return undefined;
  return isPlain(value) ? undefined : `an object of the class ${displayName(classOf(value))}`;
}

/** Whether an object only holds data. Instances of a class without methods do, too; objects of other realms have another `Object`. */
function isPlain(value: object): boolean {
  let prototype: unknown = Object.getPrototypeOf(value);
  while (typeof prototype === 'object' && prototype !== null) {
    const parent: unknown = Object.getPrototypeOf(prototype);
    if (parent === null) return true;
    if (Reflect.ownKeys(prototype).some((name) => name !== 'constructor')) return false;
    prototype = parent;
  }
  return true;
}

function classOf(value: object): string {
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === 'function' ? constructor.name : 'unknown';
}

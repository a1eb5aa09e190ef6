import { ConfigurationError } from '../../errors/configuration-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { SchemaObject } from './keywords.js';
import { isKeyword } from './keywords.js';
import type { SchemaPosition } from './schema-position.js';
import type { SchemaLibrary } from './schema-libraries.js';
import { libraryOf, wrappingOf } from './schema-libraries.js';
import { isStandardSchema } from './standard-schema.js';

/**
 * Advises how to replace a schema whose root is not an object.
 *
 * @param schema - as JSON
 * @param vendor - its library; undefined for JSON Schema
 */
export function rootAdvice(schema: SchemaObject, vendor: string | undefined): string {
  if (vendor === undefined) {
    // SDK 1.x: a tool without arguments has an empty shape.
    if (Object.keys(schema).length === 0) return "write type: 'object', or leave it out if there are no arguments.";
    return adviceOnShape(schema) ?? "write type: 'object'. In a union every branch has to say it.";
  }
  const wrapping = wrappingOf(vendor) ?? 'an object with this schema as a member';
  return `give a schema of an object or a union of such, or wrap it: ${wrapping}.`;
}

/**
 * Refuses JSON without any keyword of JSON Schema: it would accept everything.
 *
 * @param schema - as JSON
 * @param owner - for messages
 * @throws ConfigurationError `invalid_schema`
 */
export function assertSaysSomething(schema: SchemaObject, owner: string): void {
  const names = Object.keys(schema);
  if (names.length === 0 || names.some((name) => isKeyword(name) || name.startsWith('x-'))) return;
  const advice = adviceOnShape(schema) ?? "write type: 'object' and properties: { … }.";
  throw new ConfigurationError('invalid_schema', `${owner} has no keyword of JSON Schema: ${advice}`);
}

/** Members that hold the schema of a function in other APIs. */
const holders = ['parameters', 'inputSchema', 'input_schema', 'outputSchema', 'jsonSchema', 'schema', 'args'];

const ofTypeDefinition = ['optionalProperties', 'elements', 'values', 'mapping', 'ref'];

function adviceOnShape(schema: SchemaObject): string | undefined {
  const holder = holders.find((name) => isObject(schema[name]) && Object.keys(schema[name]).some(isKeyword));
  if (holder !== undefined) return `give its member "${holder}".`;
  if (ofTypeDefinition.some((name) => name in schema)) {
    return 'this is JSON Type Definition (RFC 8927). Write the same as JSON Schema.';
  }
  const looksLikeProperty = ([name, value]: [string, unknown]): boolean =>
    !isKeyword(name) && isObject(value) && Object.keys(value).some(isKeyword);
  if (!Object.entries(schema).some(looksLikeProperty)) return undefined;
  return "these look like the properties of an object: write { type: 'object', properties: { … } }.";
}

/**
 * Refuses values that developers often give instead of a schema. These are schemas of libraries without JSON Schema, and objects of
 * schemas (`{ id: z.string() }`), which other packages accept.
 *
 * @param schema - not a Standard Schema
 * @param position - of the schema
 * @throws ConfigurationError `invalid_schema`
 */
export function assertNoSchemaOfOtherKind(schema: unknown, { owner, direction }: SchemaPosition): void {
  const refuse = (advice: string): never => {
    throw new ConfigurationError('invalid_schema', `${owner}: ${advice}.`);
  };
  if (typeof schema === 'string') refuse('a text is no schema. Give JSON.parse(text)');
  const library = libraryOf(schema);
  if (library !== undefined) {
    refuse(`this schema of ${library.name} brings no JSON Schema: ${library.advice(schema as object, direction)}`);
  }
  if (typeof schema === 'function') {
    refuse('a function or class is no schema. Give what it returns, or JSON Schema for its instances');
  }
  if (typeof schema !== 'object' || schema === null) return;
  if ('then' in schema && typeof schema.then === 'function') refuse('this is a promise: await it');
  const vendor = vendorOfMember(Object.values(schema));
  if (vendor === undefined) return;
  const wrapping = (wrappingOf(vendor) ?? '{ value: … }').replace(/\{.*\}/, '{ … }');
  refuse(`these are schemas by name. Make one schema of an object of them: ${wrapping}`);
}

function vendorOfMember(members: readonly unknown[]): string | undefined {
  for (const member of members) {
    const known: SchemaLibrary | undefined = libraryOf(member);
    if (known !== undefined) return known.name;
    if (isStandardSchema(member)) return member['~standard'].vendor;
  }
  return undefined;
}

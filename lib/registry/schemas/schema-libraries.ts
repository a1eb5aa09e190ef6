import type { SchemaPosition } from './schema-position.js';

/** A library whose schemas developers use. */
export interface SchemaLibrary {
  /** The name of its vendor in Standard Schema. */
  readonly name: string;
  /** Recognises its schemas by members that only they have. */
  readonly isSchema: (value: object) => boolean;
  /** Advises how to replace a schema without JSON Schema. */
  readonly advice: (schema: object, direction: SchemaPosition['direction']) => string;
  /** An example of an object with one member, for developers who gave another schema. */
  readonly wrapping?: string;
}

const writeJson = 'write JSON Schema, or take zod, valibot or arktype';

/** Tried by `__tests__/wild/libraries.test.ts` with the versions in package.json. */
const libraries: readonly SchemaLibrary[] = [
  {
    name: 'zod',
    isSchema: (value) => '_zod' in value || ('_def' in value && 'safeParse' in value),
    advice: adviceForZod,
    wrapping: 'z.object({ value: … })',
  },
  {
    name: 'valibot',
    isSchema: (value) => 'kind' in value && 'async' in value && 'type' in value,
    advice: () => 'wrap it: toStandardJsonSchema(schema) of @valibot/to-json-schema 1.5 or later',
    wrapping: 'v.object({ value: … })',
  },
  {
    name: 'arktype',
    isSchema: (value) => 'arkKind' in value,
    advice: () => 'update arktype to 2.1.28 or later',
    wrapping: "type({ value: '…' })",
  },
  {
    name: 'effect',
    isSchema: (value) => 'ast' in value && 'pipe' in value,
    advice: (schema) =>
      '~effect/Schema/Schema' in schema
        ? 'give Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema))'
        : 'give JSONSchema.make(schema)',
    wrapping: 'Schema.Struct({ value: … })',
  },
  {
    name: 'joi',
    isSchema: (value) => '$_root' in value,
    advice: () => 'update joi to 18.1 or later',
    wrapping: 'Joi.object({ value: … })',
  },
  {
    name: 'yup',
    isSchema: (value) => '__isYupSchema__' in value,
    advice: () => writeJson,
    wrapping: 'yup.object({ value: … })',
  },
  {
    name: 'superstruct',
    isSchema: (value) => 'coercer' in value && 'refiner' in value,
    advice: () => writeJson,
    wrapping: 'object({ value: … })',
  },
  {
    name: 'runtypes',
    isSchema: (value) => 'tag' in value && 'guard' in value,
    advice: () => writeJson,
    wrapping: 'Object({ value: … })',
  },
  {
    name: 'io-ts',
    isSchema: (value) => '_tag' in value && 'encode' in value && 'is' in value,
    advice: () => writeJson,
    wrapping: 't.type({ value: … })',
  },
];

/** Since version 4, zod puts its version into each schema. zod/mini has functions instead of methods, and no JSON Schema. */
function adviceForZod(schema: object, direction: SchemaPosition['direction']): string {
  if (!('_zod' in schema)) {
    return 'with zod 3, give zodToJsonSchema(schema) of zod-to-json-schema; or update zod to 4.2 or later';
  }
  const options = direction === 'input' ? ", { io: 'input' }" : '';
  return 'optional' in schema
    ? 'update zod to 4.2 or later (import { z } from "zod")'
    : `with zod/mini, give z.toJSONSchema(schema${options})`;
}

/**
 * The library of a schema.
 *
 * @param value - anything
 */
export function libraryOf(value: unknown): SchemaLibrary | undefined {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isHolder ? libraries.find(({ isSchema }) => isSchema(value)) : undefined;
}

/**
 * Advises how to replace a schema without JSON Schema.
 *
 * @param schema - of a library
 * @param vendor - its name in the schema
 * @param direction - its use
 */
export function conversionAdvice(schema: object, vendor: string, direction: SchemaPosition['direction']): string {
  const library = libraryOf(schema) ?? libraryNamed(vendor);
  return library?.advice(schema, direction) ?? `update ${vendor} if it can by now, or ${writeJson}`;
}

/**
 * An example of an object with one member, as a library writes it.
 *
 * @param vendor - its name
 */
export function wrappingOf(vendor: string): string | undefined {
  return libraryNamed(vendor)?.wrapping;
}

function libraryNamed(vendor: string): SchemaLibrary | undefined {
  return libraries.find(({ name }) => name === vendor);
}

import { ConfigurationError } from '../../errors/configuration-error.js';
import { conversionAdvice } from './schema-libraries.js';

/** The result of validating by a Standard Schema: a value, or its problems. */
export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

/** One problem of a value. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * The part of the Standard Schema and Standard JSON Schema interfaces (https://standardschema.dev) that is used here. With it, schemas
 * of zod 4, valibot, arktype and others can be given as they are.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** Absent if a library only provides JSON Schema (Standard JSON Schema), which then checks values. */
    readonly validate?: ((value: unknown) => Promise<StandardResult<Output>> | StandardResult<Output>) | undefined;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    readonly jsonSchema?: StandardJsonSchema | undefined;
  };
}

/** The way of a schema library to provide JSON Schema. */
export interface StandardJsonSchema {
  readonly input: (options: { readonly target: 'draft-2020-12' }) => Readonly<Record<string, unknown>>;
  readonly output: (options: { readonly target: 'draft-2020-12' }) => Readonly<Record<string, unknown>>;
}

/** Whether a value is a schema of a library. In some libraries schemas are functions. */
export function isStandardSchema(schema: unknown): schema is StandardSchema {
  const canHaveMembers = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  return canHaveMembers && '~standard' in schema;
}

/**
 * The JSON Schema of a library's schema, as clients see it.
 *
 * @param schema - the library's schema
 * @param direction - whether values go in (before the library converts them) or come out
 * @param owner - of the schema, for messages
 * @throws ConfigurationError `invalid_schema` if the library has none
 */
export function jsonSchemaOf(
  schema: StandardSchema,
  direction: 'input' | 'output',
  owner: string,
): Readonly<Record<string, unknown>> {
  const { jsonSchema, vendor } = schema['~standard'];
  if (jsonSchema === undefined) {
    throw new ConfigurationError(
      'invalid_schema',
      `${owner}: this schema of ${vendor} brings no JSON Schema: ${conversionAdvice(schema, vendor, direction)}.`,
    );
  }
  try {
    return jsonSchema[direction]({ target: 'draft-2020-12' });
  } catch (cause) {
    if (isJsonSchema(schema)) return { ...schema };
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError('invalid_schema', `${owner}: ${vendor} has no JSON Schema for it: ${reason}`, {
      cause,
    });
  }
}

/** zod hides its interface in the JSON Schema that `z.toJSONSchema` makes. With `unrepresentable: 'any'` it makes more than it offers. */
function isJsonSchema(schema: object): boolean {
  return (
    Object.getPrototypeOf(schema) === Object.prototype &&
    Object.getOwnPropertyDescriptor(schema, '~standard')?.enumerable === false
  );
}

import type { ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { SchemaIssue, ValidationOutcome } from './schema-issue.js';
import { copySchema } from './schema-limits.js';
import type { StandardIssue, StandardSchema } from './standard-schema.js';
import { isStandardSchema, jsonSchemaOf } from './standard-schema.js';

/** A schema, ready to validate by. */
export interface CompiledSchema {
  /** What lists show. */
  readonly json: Readonly<Record<string, unknown>>;
  validate(value: unknown): Promise<ValidationOutcome> | ValidationOutcome;
}

/** Where a schema stands and what it is for. */
export interface SchemaPosition {
  /** For messages, such as `tool "add" inputSchema`. */
  readonly owner: string;
  readonly direction: 'input' | 'output';
}

const options: Options = {
  // JSON Schema 2020-12 §6.5: unknown keywords are annotations. Misspelt known ones are found by the meta-schema only
  // where their values are wrong.
  strict: false,
  // §7.2.1 of 2020-12 validation: format is an annotation unless one asks for more.
  validateFormats: false,
  // A value's prototype is no data: `{}` does not have the property "constructor".
  ownProperties: true,
  // With all errors, a hostile value decides how much work and memory an error takes (ajv's security considerations).
  allErrors: false,
  logger: false,
};

const dialects = {
  'https://json-schema.org/draft/2020-12/schema': Ajv2020,
  'http://json-schema.org/draft-07/schema': Ajv,
} as const;

type Dialect = keyof typeof dialects;

// Compiling a meta-schema takes longer than all schemas of a registry, so every registry checks its schemas by the same one. It only
// validates by what it compiled once; what is compiled for a registry goes with the registry.
const checkers = new Map<Dialect, Ajv | Ajv2020>();

const defaultDialect: Dialect = 'https://json-schema.org/draft/2020-12/schema';

/** Compiles schemas; the only part of the package that knows ajv. */
export class SchemaCompiler {
  readonly #validators = new Map<Dialect, Ajv | Ajv2020>();

  /**
   * Compiles a schema.
   *
   * @param schema - JSON Schema (2020-12, or draft-07 by `$schema`), or a Standard Schema
   * @param position - where it stands
   * @throws ConfigurationError `invalid_schema`
   */
  compile(schema: unknown, { owner, direction }: SchemaPosition): CompiledSchema {
    const isOfLibrary = isStandardSchema(schema);
    const json = copySchema(isOfLibrary ? jsonSchemaOf(schema, direction, owner) : schema, owner);
    // MCP 2026-07-28 schema, Tool: arguments are always an object, and the root of inputSchema MUST say so.
    if (direction === 'input' && json['type'] !== 'object') {
      throw new ConfigurationError('invalid_schema', `${owner} must describe an object: write type: 'object'.`);
    }
    // A library's schema is compiled as well: it has to be one that clients can use.
    const validate = this.#compileJson(json, owner);
    return { json, validate: isOfLibrary ? validateByLibrary(schema) : validateByAjv(validate) };
  }

  #compileJson(json: Readonly<Record<string, unknown>>, owner: string): ValidateFunction {
    const dialect = dialectOf(json['$schema'], owner);
    const ajv = kept(this.#validators, dialect, { ...options, validateSchema: false });
    try {
      // Throws what is wrong with it, at once: no meta-schema is asynchronous.
      void kept(checkers, dialect, options).validateSchema(json, true);
      return ajv.compile(json);
    } catch (cause) {
      // Also for a $ref that leads outside: MCP basic/index#$ref-resolution forbids to fetch it.
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigurationError('invalid_schema', `${owner}: ${reason}`, { cause });
    } finally {
      forget(json, ajv);
    }
  }
}

/** MCP basic/index#schema-dialect: 2020-12 when `$schema` says nothing. */
function dialectOf($schema: unknown = defaultDialect, owner: string): Dialect {
  const dialect = typeof $schema === 'string' ? $schema.replace(/#$/, '') : '';
  if (isDialect(dialect)) return dialect;
  throw new ConfigurationError(
    'invalid_schema',
    `${owner}: the dialect ${JSON.stringify($schema)} is not supported. Use ${Object.keys(dialects).join(' or ')}.`,
  );
}

/** The one that is kept for a dialect; made when it is asked for first. */
function kept(validators: Map<Dialect, Ajv | Ajv2020>, dialect: Dialect, how: Options): Ajv | Ajv2020 {
  const known = validators.get(dialect) ?? new dialects[dialect](how);
  validators.set(dialect, known);
  return known;
}

/** Schemas of several tools may have the same $id, also deep inside, and must not see each other. */
function forget(json: Readonly<Record<string, unknown>>, ajv: Ajv | Ajv2020): void {
  ajv.removeSchema(json);
  for (const id of Object.keys(ajv.refs)) {
    if (!/^https?:\/\/json-schema\.org\/draft/.test(id)) ajv.removeSchema(id);
  }
}

function isDialect(text: string): text is Dialect {
  return text in dialects;
}

function validateByAjv(validate: ValidateFunction): CompiledSchema['validate'] {
  return (value) =>
    validate(value) ? { valid: true, value } : { valid: false, issues: (validate.errors ?? []).map(explain) };
}

function explain({ instancePath, keyword, message = 'is not valid', params }: ErrorObject): SchemaIssue {
  const named = params as Readonly<Record<string, unknown>>;
  const told: Readonly<Partial<Record<string, () => string>>> = {
    additionalProperties: () => `must not have the property ${displayName(String(named['additionalProperty']))}`,
    enum: () => `must be one of ${listed(named['allowedValues'])}`,
    const: () => `must be ${JSON.stringify(named['allowedValue'])}`,
  };
  return { path: instancePath, message: told[keyword]?.() ?? message };
}

function listed(values: unknown): string {
  const texts = Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : [];
  return texts.length > 10 ? `${texts.slice(0, 10).join(', ')}, …` : texts.join(', ');
}

function validateByLibrary(schema: StandardSchema): CompiledSchema['validate'] {
  const { validate } = schema['~standard'];
  return async (value) => {
    const result = await validate(value);
    if (result.issues === undefined) return { valid: true, value: result.value };
    return { valid: false, issues: result.issues.slice(0, 10).map(explainStandard) };
  };
}

function explainStandard({ message, path = [] }: StandardIssue): SchemaIssue {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return { path: keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''), message };
}

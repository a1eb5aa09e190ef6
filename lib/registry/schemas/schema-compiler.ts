import { ConfigurationError } from '../../errors/configuration-error.js';
import { andThen } from '../../promises/and-then.js';
import { assertSchema } from './assert-schema.js';
import type { Validator } from './checks/compile-validator.js';
import { copySchema, freezeJson } from './copy-schema.js';
import { toCurrentDialect } from './dialects.js';
import type { SchemaObject } from './keywords.js';
import { loadValidation } from './load-validation.js';
import { withObjectRoot } from './object-root.js';
import { assertNoSchemaOfOtherKind, assertSaysSomething, rootAdvice } from './schema-advice.js';
import { SchemaDocument } from './schema-document.js';
import type { ValidationOutcome } from './schema-issue.js';
import type { SchemaPosition } from './schema-position.js';
import type { StandardSchema } from './standard-schema.js';
import { isStandardSchema, jsonSchemaOf } from './standard-schema.js';
import { validateByLibrary } from './validate-by-library.js';
import { validatorOfLibrary } from './validator-of-library.js';

/** A schema, ready for validation. */
export interface CompiledSchema {
  /** The form for lists: JSON Schema 2020-12. */
  readonly json: SchemaObject;
  /** Whether a library validates. It may take and return values that are not JSON, such as dates. */
  readonly isOfLibrary?: boolean;
  validate(value: unknown): Promise<ValidationOutcome> | ValidationOutcome;
}

/** Options of a compiler. */
export interface SchemaCompilerOptions {
  /** Whether `format` is enforced; otherwise it is an annotation (JSON Schema validation §7.2.1). */
  readonly checksFormats?: boolean;
}

/** Checks schemas at registration, and compiles each when it is first used. */
export class SchemaCompiler {
  readonly #checksFormats: boolean;
  /** Identical schemas are checked and compiled once, and kept while an item has them. */
  readonly #known = new Map<string, WeakRef<CompiledSchema>>();
  readonly #released = new FinalizationRegistry<string>((text) => {
    if (this.#known.get(text)?.deref() === undefined) this.#known.delete(text);
  });

  constructor({ checksFormats = false }: SchemaCompilerOptions = {}) {
    this.#checksFormats = checksFormats;
  }

  /**
   * Compiles a schema.
   *
   * @param schema - JSON Schema (2020-12, or an equivalent in an older dialect), or a Standard Schema
   * @param position - of the schema
   * @throws ConfigurationError `invalid_schema`
   */
  compile(schema: unknown, position: SchemaPosition): CompiledSchema {
    if (isStandardSchema(schema)) return this.#compileLibrary(schema, position);
    assertNoSchemaOfOtherKind(schema, position);
    const copy = copySchema(schema, position.owner);
    const text = position.direction + JSON.stringify(copy);
    const known = this.#known.get(text)?.deref();
    if (known !== undefined) return known;
    const { json } = prepare(copy, position, undefined);
    const compiled = { json, validate: this.#validator(json) };
    this.#known.set(text, new WeakRef(compiled));
    this.#released.register(compiled, text);
    return compiled;
  }

  #compileLibrary(schema: StandardSchema, position: SchemaPosition): CompiledSchema {
    const { vendor, validate } = schema['~standard'];
    const copy = copySchema(jsonSchemaOf(schema, position.direction, position.owner), position.owner);
    if (validate === undefined) {
      const { json } = prepare(copy, position, undefined);
      return { json, validate: this.#validator(json) };
    }
    const { json } = prepare(copy, position, vendor);
    return { json, isOfLibrary: true, validate: validateByLibrary(validatorOfLibrary(schema, validate)) };
  }

  #validator(json: SchemaObject): CompiledSchema['validate'] {
    let validator: Validator | undefined;
    return (value) => {
      if (validator !== undefined) return outcomeOf(validator, value);
      return andThen(loadValidation(), ({ compileValidator }) => {
        validator ??= compileValidator(new SchemaDocument(json), { checksFormats: this.#checksFormats });
        return outcomeOf(validator, value);
      });
    };
  }
}

function outcomeOf(validator: Validator, value: unknown): ValidationOutcome {
  const issues = validator(value);
  return issues === undefined ? { valid: true, value } : { valid: false, issues };
}

/** Converts a schema to the form for lists, and checks it. */
function prepare(
  copy: SchemaObject,
  { owner, direction }: SchemaPosition,
  vendor: string | undefined,
): { readonly json: SchemaObject } {
  if (vendor === undefined) assertSaysSomething(copy, owner);
  const current = toCurrentDialect(copy, owner);
  try {
    const document = assertSchema(current, vendor !== undefined);
    const rooted = withObjectRoot(current, document);
    // MCP 2026-07-28 schema, Tool: arguments are always an object, and the root of inputSchema MUST say so.
    if (rooted === undefined && direction === 'input') {
      throw new ConfigurationError(
        'invalid_schema',
        `${owner} must describe an object: ${rootAdvice(current, vendor)}`,
      );
    }
    return { json: freezeJson(rooted ?? current) };
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError('invalid_schema', `${owner}: ${reason}`, { cause });
  }
}

import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { SchemaDocument } from '../schema-document.js';
import type { SchemaIssue } from '../schema-issue.js';
import { Evaluation } from './evaluation.js';
import { issuesOf } from './issues-of.js';
import { makeAjv } from './make-ajv.js';
import { prepareSchema } from './prepare-schema.js';
import { remembered } from './remembered.js';

/** Options of a validator. */
export interface ValidatorOptions {
  /** Whether `format` is enforced; otherwise it is an annotation. */
  readonly checksFormats: boolean;
}

/** Finds the problems of a value; undefined if it is valid. */
export type Validator = (value: unknown) => readonly SchemaIssue[] | undefined;

/**
 * Number of schemas that one ajv compiles. It keeps all of them while any is in use. Making an ajv takes about as long as compiling a
 * schema.
 */
const maxCompiled = 50;

const current = new Map<boolean, { readonly ajv: Ajv2020; compiled: number }>();

function ajvFor(checksFormats: boolean): Ajv2020 {
  const known = current.get(checksFormats);
  const holder =
    known === undefined || known.compiled >= maxCompiled ? { ajv: makeAjv(checksFormats), compiled: 0 } : known;
  holder.compiled++;
  current.set(checksFormats, holder);
  return holder.ajv;
}

/**
 * Compiles a schema by ajv.
 *
 * @param document - a valid schema
 * @param options - how
 */
export function compileValidator(document: SchemaDocument, { checksFormats }: ValidatorOptions): Validator {
  const ajv = ajvFor(checksFormats);
  const prepared = prepareSchema(document, {
    checksFormats,
    define: (make) => remembered(() => ajv.compile(make())),
  });
  const validate = ajv.compile(prepared);
  return (value) => {
    // Only `true` counts: a validator that returns a promise has not decided.
    const verdict: unknown = validate.call(new Evaluation(), value);
    return verdict === true ? undefined : issuesOf(validate.errors);
  };
}

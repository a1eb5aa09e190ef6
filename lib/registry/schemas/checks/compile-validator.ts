import type { Ajv2020 } from 'ajv/dist/2020.js';
import type { SchemaDocument } from '../schema-document.js';
import type { SchemaIssue } from '../schema-issue.js';
import { Evaluation } from './evaluation.js';
import { issuesOf } from './issues-of.js';
import { makeAjv } from './make-ajv.js';
import { prepareSchema } from './prepare-schema.js';
import { remembered } from './remembered.js';

/** How a schema is compiled. */
export interface ValidatorOptions {
  /** Whether `format` decides; otherwise it is an annotation. */
  readonly checksFormats: boolean;
}

/** Finds out what is wrong with a value; undefined if nothing is. */
export type Validator = (value: unknown) => readonly SchemaIssue[] | undefined;

/**
 * Schemas that one ajv compiles. It keeps what it has compiled as long as any of it is in use, and making one takes about as
 * long as compiling a schema.
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
 * @param document - a schema that was found to be right
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
    // Nothing but true counts: a validator that gives a promise has decided nothing.
    const verdict: unknown = validate.call(new Evaluation(), value);
    return verdict === true ? undefined : issuesOf(validate.errors);
  };
}

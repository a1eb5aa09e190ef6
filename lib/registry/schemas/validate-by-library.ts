import { isPromise } from '../../promises/and-then.js';
import { TooLateError, within } from '../../promises/within.js';
import { lastPathRead } from './last-path-read.js';
import type { SchemaIssue, ValidationOutcome } from './schema-issue.js';
import { maxIssues, pointerStep, shownPath } from './schema-issue.js';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';

/** Milliseconds that a library's schema gets. */
const libraryTimeoutMs = 30_000;

/** Characters of a message that a library wrote, perhaps with the value in it. */
const maxMessageLength = 500;

/**
 * Makes the validating function of a library's schema. If the schema throws (such as `z.preprocess` with `JSON.parse` on a model's
 * text), the value is invalid. The error goes to the operator as the outcome's `cause`, not to the caller.
 *
 * @param validate - of the schema
 */
export function validateByLibrary(
  validate: NonNullable<StandardSchema['~standard']['validate']>,
): (value: unknown) => Promise<ValidationOutcome> | ValidationOutcome {
  return async (value) => {
    try {
      const answer = validate(value);
      return outcomeOf(isPromise(answer) ? await inTime(Promise.resolve(answer)) : answer);
    } catch (cause) {
      const path = cause instanceof TooLateError ? [] : await inTime(lastPathRead(value, validate)).catch(() => []);
      return {
        valid: false,
        issues: [{ path: pointerTo(path), message: 'cannot be read as the schema wants it' }],
        cause,
      };
    }
  };
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return within(libraryTimeoutMs, work, 'The schema did not answer');
}

/** Reads an answer once. An answer without `value` and `issues` must not pass for a value. */
function outcomeOf(result: unknown): ValidationOutcome {
  if (typeof result !== 'object' || result === null) throw notStandard();
  const { issues } = result as StandardResult<unknown>;
  if (issues === undefined) {
    if (!('value' in result)) throw notStandard();
    return { valid: true, value: result.value };
  }
  if (!Array.isArray(issues)) throw notStandard();
  return { valid: false, issues: (issues as readonly StandardIssue[]).slice(0, maxIssues).map(explain) };
}

function notStandard(): TypeError {
  return new TypeError('A schema must answer with { value } or { issues: […] } (Standard Schema)');
}

function explain({ message, path = [] }: StandardIssue): SchemaIssue {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return { path: pointerTo(keys), message: message.slice(0, maxMessageLength) };
}

function pointerTo(keys: readonly string[]): string {
  return shownPath(keys.map((key) => `/${pointerStep(key)}`).join(''));
}

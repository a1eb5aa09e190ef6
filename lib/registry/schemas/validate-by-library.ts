import { lastPathRead } from './last-path-read.js';
import type { SchemaIssue, ValidationOutcome } from './schema-issue.js';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.js';

const maxIssues = 10;

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
      return outcomeOf(await validate(value));
    } catch (cause) {
      const path = await lastPathRead(value, validate);
      return {
        valid: false,
        issues: [{ path: pointerTo(path), message: 'cannot be read as the schema wants it' }],
        cause,
      };
    }
  };
}

function outcomeOf(result: StandardResult<unknown>): ValidationOutcome {
  if (result.issues === undefined) return { valid: true, value: result.value };
  return { valid: false, issues: result.issues.slice(0, maxIssues).map(explain) };
}

function explain({ message, path = [] }: StandardIssue): SchemaIssue {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return { path: pointerTo(keys), message: message.slice(0, maxMessageLength) };
}

function pointerTo(keys: readonly string[]): string {
  const pointer = keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return pointer.length > 200 ? `${pointer.slice(0, 200)}…` : pointer;
}

import type { ErrorObject } from 'ajv';
import { displayName } from '../../../errors/display-name.js';
import type { SchemaIssue } from '../schema-issue.js';
import { maxIssues, shownPath } from '../schema-issue.js';

/**
 * The first issues that ajv found.
 *
 * @param errors - errors of a validator
 */
export function issuesOf(errors: readonly ErrorObject[] | null | undefined): readonly SchemaIssue[] {
  return (errors ?? []).slice(0, maxIssues).map((error) => ({
    path: shownPath(error.instancePath),
    message: messageOf(error),
  }));
}

function messageOf({ keyword, params, message }: ErrorObject): string {
  const { additionalProperty } = params as { readonly additionalProperty?: unknown };
  if (keyword === 'additionalProperties' && typeof additionalProperty === 'string') {
    return `must not have the property ${displayName(additionalProperty)}`;
  }
  return message ?? `must fit ${keyword}`;
}

import type { ErrorObject } from 'ajv';
import { displayName } from '../../../errors/display-name.js';
import type { SchemaIssue } from '../schema-issue.js';

/** Issues that are kept of one evaluation. The rest would only make the answer longer. */
export const maxIssues = 10;

/** Characters of an instance path in an issue: a caller chooses the names in it. */
const maxPathLength = 200;

/**
 * The first issues that ajv found.
 *
 * @param errors - errors of a validator
 */
export function issuesOf(errors: readonly ErrorObject[] | null | undefined): readonly SchemaIssue[] {
  return (errors ?? []).slice(0, maxIssues).map((error) => ({ path: pathOf(error), message: messageOf(error) }));
}

function pathOf({ instancePath }: ErrorObject): string {
  return instancePath.length > maxPathLength ? `${instancePath.slice(0, maxPathLength)}…` : instancePath;
}

function messageOf({ keyword, params, message }: ErrorObject): string {
  const { additionalProperty } = params as { readonly additionalProperty?: unknown };
  if (keyword === 'additionalProperties' && typeof additionalProperty === 'string') {
    return `must not have the property ${displayName(additionalProperty)}`;
  }
  return message ?? `must fit ${keyword}`;
}

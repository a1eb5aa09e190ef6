/** One problem of a value. */
export interface SchemaIssue {
  /** JSON pointer (RFC 6901) to it; empty for the value as a whole. */
  readonly path: string;
  /** The expectation that was not met. Never quotes the value. */
  readonly message: string;
}

/** Issues that are kept of one evaluation. The rest would only make the answer longer. */
export const maxIssues = 10;

/** Characters of a path in an issue: a caller chooses the names in it. */
const maxPathLength = 200;

/** A JSON pointer for an issue, cut if it is long. */
export function shownPath(pointer: string): string {
  return pointer.length > maxPathLength ? `${pointer.slice(0, maxPathLength)}…` : pointer;
}

/** A name as a step of a JSON pointer (RFC 6901 §3). */
export function pointerStep(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The result of a validation. */
export type ValidationOutcome =
  | { readonly valid: true; readonly value: unknown }
  | {
      readonly valid: false;
      readonly issues: readonly SchemaIssue[];
      /** The error that a library's schema threw, for the operator. */
      readonly cause?: unknown;
    };

/**
 * Issues as one line that a model or a person can act on.
 *
 * @param issues - the problems
 * @returns for example `/items/0/id must be string; must have required property 'name'`
 */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
}

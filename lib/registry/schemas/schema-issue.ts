/** One problem of a value. */
export interface SchemaIssue {
  /** JSON pointer (RFC 6901) to it; empty for the value as a whole. */
  readonly path: string;
  /** The expectation that was not met. Never quotes the value. */
  readonly message: string;
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

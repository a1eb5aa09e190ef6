/** How strongly a document demands something (RFC 2119). */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT';

/** One thing that a document demands of a protected resource or an MCP server. */
export interface Requirement {
  /** Unique and stable. */
  readonly id: string;
  readonly section: string;
  readonly level: Level;
  /** What is demanded, in our own words. */
  readonly text: string;
  /** The tests that show it: file below `__tests__`, and full name. */
  readonly verifiedBy?: readonly (readonly [file: string, name: string])[];
  /** Why it does not concern this package. */
  readonly notApplicable?: string;
  /** What is missing. */
  readonly open?: string;
}

/** What one document demands. */
export interface RequirementsOf {
  readonly document: string;
  readonly url: string;
  readonly requirements: readonly Requirement[];
}

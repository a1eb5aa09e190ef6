/** How strongly a document demands something (RFC 2119). */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT';

/** A test that shows something: its file below `__tests__`, and its full name. */
export type TestReference = readonly [file: string, name: string];

/** One thing that a document demands of a protected resource or an MCP server. */
export interface Requirement {
  /** Unique and stable. */
  readonly id: string;
  /** Section of the document; for documents of several pages `page#heading`. */
  readonly section: string;
  readonly level: Level;
  /** What is demanded, in our own words. */
  readonly text: string;
  /** The tests that show it. */
  readonly verifiedBy?: readonly TestReference[];
  /** Why it does not concern this package. */
  readonly notApplicable?: string;
  /** The test that is missing. */
  readonly open?: string;
}

/** What one document demands. */
export interface RequirementsOf {
  readonly document: string;
  readonly url: string;
  readonly requirements: readonly Requirement[];
}

/** Documents that stand in one file of docs/standards, which `npm run standards` writes. */
export interface Chapter {
  /** Name of the file, without extension. */
  readonly file: string;
  readonly title: string;
  readonly documents: readonly RequirementsOf[];
}

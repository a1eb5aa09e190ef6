/** How strongly a document demands something (RFC 2119). */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT';

/** A test that shows something: its file below `__tests__`, and its full name. */
export type TestReference = readonly [file: string, name: string];

/** One requirement of a document for a protected resource or an MCP server. */
export interface Requirement {
  /** Unique and stable. */
  readonly id: string;
  /** Section of the document; for documents of several pages `page#heading`. */
  readonly section: string;
  readonly level: Level;
  /** The requirement in our own words. */
  readonly text: string;
  /** The tests that show it. */
  readonly verifiedBy?: readonly TestReference[];
  /** Why it does not concern this package. */
  readonly notApplicable?: string;
  /** The test that is missing. */
  readonly open?: string;
}

/** The requirements of one document. */
export interface RequirementsOf {
  readonly document: string;
  readonly url: string;
  readonly requirements: readonly Requirement[];
}

/** Documents in one file of docs/standards, which `npm run standards` writes. */
export interface Chapter {
  /** Name of the file, without extension. */
  readonly file: string;
  readonly title: string;
  readonly documents: readonly RequirementsOf[];
}

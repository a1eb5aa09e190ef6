import type { Requirement } from '../requirement.js';

/** The revisions of MCP that express-mcp speaks, the oldest first. */
export type McpRevision = '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28';

/** The first and the last revision of something; without them, it is in all. */
interface Span {
  readonly since?: McpRevision;
  readonly until?: McpRevision;
}

/** The requirements of one page, in one revision or in several. */
export interface PageRequirement extends Omit<Requirement, 'section'>, Span {
  /** The heading on the page, as its address names it. */
  readonly at: string;
}

/** A page of the specification. */
export interface Page extends Span {
  readonly page: string;
  readonly requirements: readonly PageRequirement[];
}

/** The requirements of the pages in a revision. Their names begin with the revision. */
export function requirementsIn(revision: McpRevision, pages: readonly Page[]): readonly Requirement[] {
  const isIn = ({ since = revision, until = revision }: Span): boolean => since <= revision && revision <= until;
  return pages.filter(isIn).flatMap(({ page, requirements }) =>
    requirements.filter(isIn).map(({ at, since: _since, until: _until, id, ...rest }) => ({
      ...rest,
      id: `mcp-${revision}-${id}`,
      section: `${page}#${at}`,
    })),
  );
}

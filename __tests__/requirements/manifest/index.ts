import type { Chapter, RequirementsOf } from '../requirement.js';
import { clientIdMetadataDocument, rfc8414, rfc8693 } from './authorization-servers.js';
import { mcp20250326 } from './mcp-authorization-2025-03-26.js';
import { mcp20250618, mcp20251125, mcp20260728 } from './mcp-authorization.js';
import { mcpRevision } from './mcp-revisions.js';
import { securityBestPractices } from './mcp-security.js';
import { tasksExtension } from './mcp-tasks.js';
import { rfc6750, rfc7662, rfc8705, rfc8725, rfc9068, rfc9110 } from './oauth.js';
import { rfc9449, rfc9470, rfc9728 } from './sender-constrained.js';

/** Every document that demands something of a protected resource or an MCP server, by the file that shows it. */
export const chapters: readonly Chapter[] = [
  { file: 'mcp-2026-07-28', title: 'MCP 2026-07-28', documents: [mcpRevision('2026-07-28'), mcp20260728] },
  { file: 'mcp-tasks', title: 'MCP tasks', documents: [tasksExtension] },
  { file: 'mcp-security', title: 'MCP security best practices', documents: [securityBestPractices] },
  { file: 'mcp-2025-11-25', title: 'MCP 2025-11-25', documents: [mcpRevision('2025-11-25'), mcp20251125] },
  { file: 'mcp-2025-06-18', title: 'MCP 2025-06-18', documents: [mcpRevision('2025-06-18'), mcp20250618] },
  { file: 'mcp-2025-03-26', title: 'MCP 2025-03-26', documents: [mcpRevision('2025-03-26'), mcp20250326] },
  {
    file: 'oauth',
    title: 'OAuth 2.1 and what it builds on',
    documents: [
      ...[rfc6750, rfc7662, rfc8414, rfc8693, rfc8705, rfc8725],
      ...[rfc9068, rfc9110, rfc9449, rfc9470, rfc9728, clientIdMetadataDocument],
    ],
  },
];

/** Documents whose requirements may still be open; all others have a test or a reason for each. */
export const documentsUnderWork: readonly string[] = [];

/** The same without the files. */
export const manifest: readonly RequirementsOf[] = chapters.flatMap(({ documents }) => documents);

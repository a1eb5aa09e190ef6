import type { RequirementsOf } from '../requirement.js';
import { basic, discover, index, lifecycle, schema, versioning } from './mcp-base.js';
import { elicitation, roots, sampling } from './mcp-client-features.js';
import type { McpRevision } from './mcp-pages.js';
import { requirementsIn } from './mcp-pages.js';
import {
  legacyCancellation,
  legacyProgress,
  modernCancellation,
  modernProgress,
  multiRound,
  patterns,
  ping,
  subscriptions,
} from './mcp-patterns.js';
import { prompts, resources } from './mcp-prompts-and-resources.js';
import { legacyTasks } from './mcp-tasks.js';
import { toolsPage } from './mcp-tools.js';
import { legacyTransports, modernStdio, modernTransports, streamableHttp } from './mcp-transports.js';
import { caching, completion, logging, pagination } from './mcp-utilities.js';

/** Every page with requirements for servers; those about authorization are separate. */
const pages = [
  ...[index, basic, lifecycle, versioning],
  ...[legacyTransports, modernTransports, modernStdio, streamableHttp],
  ...[patterns, multiRound, subscriptions],
  ...[legacyCancellation, modernCancellation, ping, legacyProgress, modernProgress, legacyTasks],
  ...[discover, toolsPage, prompts, resources, caching, completion, logging, pagination],
  ...[elicitation, sampling, roots, schema],
];

/** The requirements of a revision for servers. */
export function mcpRevision(revision: McpRevision): RequirementsOf {
  return {
    document: `MCP ${revision}`,
    url: `https://modelcontextprotocol.io/specification/${revision}`,
    requirements: requirementsIn(revision, pages),
  };
}

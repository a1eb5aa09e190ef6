import type { RequirementsOf } from '../requirement.js';
import { mcp20250618, mcp20251125, mcp20260728 } from './mcp-authorization.js';
import { rfc6750, rfc7662, rfc8705, rfc8725, rfc9068, rfc9110 } from './oauth.js';
import { rfc9449, rfc9470, rfc9728 } from './sender-constrained.js';

/** Every document that demands something of a protected resource or an MCP server that checks tokens. */
export const manifest: readonly RequirementsOf[] = [
  ...[mcp20260728, mcp20251125, mcp20250618],
  ...[rfc6750, rfc7662, rfc8705, rfc8725, rfc9068, rfc9110, rfc9449, rfc9470, rfc9728],
];

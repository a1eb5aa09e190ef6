import type { ToolAnnotations } from '../../registry/tool.js';
import type { OpenApiMethod } from '../document/openapi-operation.js';

/**
 * Hints by the semantics of the HTTP method (RFC 9110 §9.2). HTTP defines none for POST, so it keeps MCP's assumption for any tool: it
 * may destroy data.
 *
 * @param method - of the operation
 */
export function methodAnnotations(method: OpenApiMethod): ToolAnnotations {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return { readOnlyHint: true };
  if (method === 'POST') return { readOnlyHint: false };
  const isIdempotent = method === 'PUT' || method === 'DELETE';
  return { readOnlyHint: false, destructiveHint: true, ...(isIdempotent ? { idempotentHint: true } : {}) };
}

import type { ToolAnnotations } from '../../registry/tool.js';
import type { OpenApiMethod } from '../document/openapi-operation.js';

/**
 * Hints by what HTTP says of a method (RFC 9110 §9.2). Of POST it says nothing, so it keeps what MCP assumes of any tool: that it may
 * destroy something.
 *
 * @param method - of the operation
 */
export function methodAnnotations(method: OpenApiMethod): ToolAnnotations {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return { readOnlyHint: true };
  if (method === 'POST') return { readOnlyHint: false };
  const isIdempotent = method === 'PUT' || method === 'DELETE';
  return { readOnlyHint: false, destructiveHint: true, ...(isIdempotent ? { idempotentHint: true } : {}) };
}

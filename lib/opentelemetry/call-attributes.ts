import type { Attributes } from '@opentelemetry/api';
import type { CallRecord } from '../server/calls/call-record.js';

/**
 * Attributes of a call that a metric may have: few values, none of them made up by clients. By the semantic conventions for MCP,
 * release 1.41.1 (docs/gen-ai/mcp.md of open-telemetry/semantic-conventions).
 */
export function commonAttributes({ isKnown, method, protocolVersion, target, transport }: CallRecord): Attributes {
  return {
    'mcp.method.name': isKnown || target !== undefined ? method : '_OTHER',
    ...(protocolVersion === undefined ? {} : { 'mcp.protocol.version': protocolVersion }),
    ...(transport === 'http'
      ? { 'network.transport': 'tcp', 'network.protocol.name': 'http' }
      : { 'network.transport': 'pipe' }),
    ...(method === 'tools/call' ? { 'gen_ai.operation.name': 'execute_tool' } : {}),
    ...(isKnown && target?.kind === 'tool' && target.name !== undefined ? { 'gen_ai.tool.name': target.name } : {}),
    ...(isKnown && target?.kind === 'prompt' && target.name !== undefined ? { 'gen_ai.prompt.name': target.name } : {}),
  };
}

/** What a span has beside them when it begins. */
export function spanAttributes({ method, requestId, sessionId, target, taskId }: CallRecord): Attributes {
  return {
    'jsonrpc.request.id': String(requestId),
    ...(sessionId === undefined ? {} : { 'mcp.session.id': sessionId }),
    ...(taskId === undefined ? {} : { 'express_mcp.task.id': taskId }),
    ...(target?.kind === 'resource' && target.name !== undefined && method.startsWith('resources/')
      ? { 'mcp.resource.uri': target.name }
      : {}),
  };
}

/** How a call failed; nothing for one that did not. */
export function errorAttributes({ errorCode, jsonRpcCode, outcome }: CallRecord): Attributes {
  if (outcome === undefined || outcome === 'ok') return {};
  if (outcome === 'cancelled' || outcome === 'tool_error') return { 'error.type': outcome };
  return {
    'error.type': jsonRpcCode === undefined ? (errorCode ?? outcome) : String(jsonRpcCode),
    ...(jsonRpcCode === undefined ? {} : { 'rpc.response.status_code': String(jsonRpcCode) }),
  };
}

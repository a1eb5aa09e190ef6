import type { Attributes } from '@opentelemetry/api';
import { errorTable } from '../errors/error-table.js';
import type { CallRecord } from '../server/calls/call-record.js';

/** What is said of a transport, of calls and of sessions. */
export function transportAttributes(
  transport: CallRecord['transport'],
  protocolVersion: string | undefined,
): Attributes {
  return {
    ...(protocolVersion === undefined ? {} : { 'mcp.protocol.version': protocolVersion }),
    ...(transport === 'http'
      ? { 'network.transport': 'tcp', 'network.protocol.name': 'http' }
      : { 'network.transport': 'pipe' }),
  };
}

/**
 * Attributes of a call that a metric may have: few values, none of them made up by clients. By the semantic conventions for MCP
 * (docs/gen-ai/mcp.md of open-telemetry/semantic-conventions-genai at 0393513, which name the release 1.41.1).
 */
export function commonAttributes({ isKnown, method, protocolVersion, target, transport }: CallRecord): Attributes {
  return {
    'mcp.method.name': isKnown || target !== undefined ? method : '_OTHER',
    ...transportAttributes(transport, protocolVersion),
    ...(method === 'tools/call' ? { 'gen_ai.operation.name': 'execute_tool' } : {}),
    ...(isKnown && target?.kind === 'tool' && target.name !== undefined ? { 'gen_ai.tool.name': target.name } : {}),
    ...(isKnown && target?.kind === 'prompt' && target.name !== undefined ? { 'gen_ai.prompt.name': target.name } : {}),
  };
}

/** What a span has beside them when it begins. */
export function spanAttributes({ method, requestId, sessionId, target, taskId }: CallRecord): Attributes {
  return {
    ...(requestId === undefined ? {} : { 'jsonrpc.request.id': String(requestId) }),
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

/** The event of a refusal: which decision it was, and which scopes were missing. */
export function refusalAttributes({ errorCode, missingScopes = [], outcome }: CallRecord): Attributes {
  return {
    'express_mcp.decision.code': errorCode ?? outcome,
    ...(missingScopes.length === 0 ? {} : { 'express_mcp.missing_scopes': [...missingScopes] }),
  };
}

/** The fixed text for an error; the one that the client got may quote what the client sent. */
export function describeError({ errorCode }: CallRecord): string | undefined {
  if (errorCode === undefined) return undefined;
  return errorTable[errorCode === 'concealed' ? 'invalid_params' : errorCode].message;
}

/** Arguments and result as JSON, for those who asked for them. */
export function contentAttribute(name: string, content: unknown): Attributes {
  const text = JSON.stringify(content) as string | undefined;
  return text === undefined ? {} : { [name]: text };
}

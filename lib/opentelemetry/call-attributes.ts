import type { Attributes } from '@opentelemetry/api';
import { errorTable } from '../errors/error-table.js';
import type { CallRecord } from '../server/calls/call-record.js';

/** Attributes of a transport, for calls and sessions. */
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
 * Attributes of a call that a metric may have: few values, none of them invented by clients. They follow the semantic conventions for
 * MCP (docs/gen-ai/mcp.md of open-telemetry/semantic-conventions-genai at 0393513, which name the release 1.41.1).
 */
export function commonAttributes(call: CallRecord): Attributes {
  const { isKnown, method, protocolVersion, target, transport } = call;
  // One object that grows: spreading objects into each other costs more than the span, at every call.
  const attributes: Attributes = { 'mcp.method.name': isKnown || target !== undefined ? method : '_OTHER' };
  if (protocolVersion !== undefined) attributes['mcp.protocol.version'] = protocolVersion;
  if (transport === 'http') {
    attributes['network.transport'] = 'tcp';
    attributes['network.protocol.name'] = 'http';
  } else attributes['network.transport'] = 'pipe';
  if (method === 'tools/call') attributes['gen_ai.operation.name'] = 'execute_tool';
  const name = isKnown ? target?.name : undefined;
  if (name !== undefined && target?.kind === 'tool') attributes['gen_ai.tool.name'] = name;
  if (name !== undefined && target?.kind === 'prompt') attributes['gen_ai.prompt.name'] = name;
  return attributes;
}

/** The attributes of a span at its beginning. */
export function spanAttributes(call: CallRecord): Attributes {
  const { method, requestId, sessionId, target, taskId } = call;
  const attributes = commonAttributes(call);
  if (requestId !== undefined) attributes['jsonrpc.request.id'] = String(requestId);
  if (sessionId !== undefined) attributes['mcp.session.id'] = sessionId;
  if (taskId !== undefined) attributes['express_mcp.task.id'] = taskId;
  const isOfResource = target?.kind === 'resource' && method.startsWith('resources/');
  if (isOfResource && target.name !== undefined) attributes['mcp.resource.uri'] = target.name;
  return attributes;
}

/** Attributes of a failure; none for a call that succeeded. */
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

/** The fixed text for an error. The client's text is not used, because it may quote the client. */
export function describeError({ errorCode }: CallRecord): string | undefined {
  if (errorCode === undefined) return undefined;
  return errorTable[errorCode === 'concealed' ? 'invalid_params' : errorCode].message;
}

/** Arguments and result as JSON, if the app asked for them. */
export function contentAttribute(name: string, content: unknown): Attributes {
  const text = JSON.stringify(content) as string | undefined;
  return text === undefined ? {} : { [name]: text };
}

import { describe, expect, it } from '@jest/globals';
import type { CallRecord } from '../../lib/index.js';
import {
  commonAttributes,
  describeError,
  errorAttributes,
  refusalAttributes,
  spanAttributes,
} from '../../lib/opentelemetry/call-attributes.js';

const call = (more: Partial<CallRecord> = {}): CallRecord => ({
  transport: 'http',
  method: 'tools/call',
  target: { kind: 'tool', name: 'read' },
  isKnown: true,
  requestId: 1,
  taskId: undefined,
  protocolVersion: '2026-07-28',
  sessionId: undefined,
  client: { name: undefined, version: undefined },
  subject: undefined,
  clientId: undefined,
  outcome: 'ok',
  errorCode: undefined,
  jsonRpcCode: undefined,
  missingScopes: undefined,
  reference: undefined,
  durationMs: 1,
  requestBytes: undefined,
  responseBytes: undefined,
  traceContext: () => ({}),
  sentArguments: () => undefined,
  returnedResult: () => undefined,
  runWithin: () => undefined,
  ...more,
});

const http = { 'network.transport': 'tcp', 'network.protocol.name': 'http' };
const version = { 'mcp.protocol.version': '2026-07-28' };

describe('the attributes of metrics', () => {
  it.each<[string, Partial<CallRecord>, object]>([
    [
      'a tool',
      {},
      {
        'mcp.method.name': 'tools/call',
        ...version,
        ...http,
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'read',
      },
    ],
    [
      'a prompt over stdio',
      { method: 'prompts/get', target: { kind: 'prompt', name: 'greet' }, transport: 'stdio' },
      { 'mcp.method.name': 'prompts/get', ...version, 'network.transport': 'pipe', 'gen_ai.prompt.name': 'greet' },
    ],
    [
      'a method that nobody has',
      { method: 'evil', target: undefined, isKnown: false },
      { 'mcp.method.name': '_OTHER', ...version, ...http },
    ],
    [
      'a tool that is not there, whose name the client made up',
      { target: { kind: 'tool', name: 'invented' }, isKnown: false },
      { 'mcp.method.name': 'tools/call', ...version, ...http, 'gen_ai.operation.name': 'execute_tool' },
    ],
    [
      'a request of a revision that is not served',
      { method: 'ping', target: undefined, protocolVersion: undefined },
      { 'mcp.method.name': 'ping', ...http },
    ],
  ])('are few, for %s', (_what, more, expected) => {
    expect(commonAttributes(call(more))).toEqual(expected);
  });
});

describe('the attributes of a span', () => {
  it('name request, session, task and resource, where there are such', () => {
    const target = { kind: 'resource', name: 'notes://7' } as const;
    expect(
      spanAttributes(call({ method: 'resources/read', target, requestId: 'x', sessionId: 's', taskId: 't' })),
    ).toEqual({
      'mcp.method.name': 'resources/read',
      ...version,
      ...http,
      'jsonrpc.request.id': 'x',
      'mcp.session.id': 's',
      'express_mcp.task.id': 't',
      'mcp.resource.uri': 'notes://7',
    });
    const unread = { method: 'ping', target: undefined, requestId: undefined };
    expect(spanAttributes(call(unread))).toEqual({ 'mcp.method.name': 'ping', ...version, ...http });
    expect(spanAttributes(call({ method: 'skills/get', target }))).not.toHaveProperty('mcp.resource.uri');
    expect(spanAttributes(call({ method: 'resources/read', target: { kind: 'resource' } }))).not.toHaveProperty(
      'mcp.resource.uri',
    );
  });
});

describe('the attributes of a failure', () => {
  it.each<[Partial<CallRecord>, object]>([
    [{ outcome: 'ok' }, {}],
    [{ outcome: undefined }, {}],
    [{ outcome: 'cancelled' }, { 'error.type': 'cancelled' }],
    [{ outcome: 'tool_error', errorCode: 'invalid_params' }, { 'error.type': 'tool_error' }],
    [
      { outcome: 'error', jsonRpcCode: -32602 },
      { 'error.type': '-32602', 'rpc.response.status_code': '-32602' },
    ],
    [{ outcome: 'refused', errorCode: 'insufficient_scope' }, { 'error.type': 'insufficient_scope' }],
    [{ outcome: 'timed_out' }, { 'error.type': 'timed_out' }],
  ])('of %j are %j', (more, expected) => {
    expect(errorAttributes(call(more))).toEqual(expected);
  });

  it('of a refusal name the decision, and the scopes that were missing', () => {
    expect(
      refusalAttributes(call({ outcome: 'refused', errorCode: 'insufficient_scope', missingScopes: ['a'] })),
    ).toEqual({
      'express_mcp.decision.code': 'insufficient_scope',
      'express_mcp.missing_scopes': ['a'],
    });
    expect(refusalAttributes(call({ outcome: 'refused' }))).toEqual({ 'express_mcp.decision.code': 'refused' });
  });

  it('have a fixed text, which quotes no client', () => {
    expect(describeError(call())).toBeUndefined();
    expect(describeError(call({ errorCode: 'insufficient_scope' }))).toBe(
      'The request requires higher privileges than provided by the access token',
    );
    expect(describeError(call({ errorCode: 'concealed' }))).toBe(describeError(call({ errorCode: 'invalid_params' })));
  });
});

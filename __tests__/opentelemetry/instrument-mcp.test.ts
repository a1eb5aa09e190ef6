import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context as contextApi, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createRegistry } from '../../lib/index.js';
import { instrumentMcp } from '../../lib/opentelemetry/index.js';
import { issuer } from '../support/mcp-app.js';
import { RunningEndpoint, closeEndpoints } from '../support/running-endpoint.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
const meterProvider = new MeterProvider({ readers: [reader] });

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
const inputSchema = { type: 'object', properties: { password: { type: 'string' } } } as const;
registry.tool('upstream', { inputSchema }, async () => {
  await Promise.resolve();
  trace.getTracer('app').startSpan('upstream call').end();
  return 'x';
});
registry.tool('write', { scopes: ['notes:write'] }, () => 'written');
registry.tool('break', {}, () => {
  throw new Error('password=hunter2');
});
registry.prompt('summary', {}, () => 'Summarise');
registry.resource('notes://all', {}, () => 'all');

let stop: () => void;
let endpoint: RunningEndpoint;
beforeAll(() => {
  provider.register();
});
beforeEach(async () => {
  stop = instrumentMcp({ meterProvider });
  endpoint = await RunningEndpoint.start(registry, { auth: {} });
  exporter.reset();
});
afterEach(async () => {
  stop();
  await closeEndpoints();
});
afterAll(async () => {
  await provider.shutdown();
  await meterProvider.shutdown();
});

async function send(method: string, params: Readonly<Record<string, unknown>>, scope = 'x'): Promise<Response> {
  const headers = { Authorization: `Bearer ${await issuer.token({ scope })}` };
  const response = await endpoint.modern(method, params, { headers });
  await response.text();
  return response;
}

const spanNamed = (name: string): ReadableSpan | undefined =>
  exporter.getFinishedSpans().find((span) => span.name === name);

describe('spans', () => {
  it('have the client as parent, and are the parent of what the handler does', async () => {
    await send('tools/call', { name: 'upstream', _meta: { traceparent } });
    const span = spanNamed('tools/call upstream');
    expect(span?.kind).toBe(1);
    expect(span?.spanContext().traceId).toBe(traceId);
    expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(spanNamed('upstream call')?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId);
    expect(span?.attributes).toEqual({
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2026-07-28',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'upstream',
      'jsonrpc.request.id': '1',
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
    });
  });

  it('link to the span that is active around them when the client gave another parent', async () => {
    const tracer = trace.getTracer('app');
    const outer = tracer.startSpan('POST');
    const linking = await RunningEndpoint.start(registry, {
      before: [
        (_request, _response, next) => {
          contextApi.with(trace.setSpan(contextApi.active(), outer), next);
        },
      ],
    });
    await (await linking.modern('tools/call', { name: 'upstream', _meta: { traceparent } })).text();
    await (await linking.modern('prompts/get', { name: 'summary' })).text();
    expect(spanNamed('tools/call upstream')?.links.map(({ context }) => context.spanId)).toEqual([
      outer.spanContext().spanId,
    ]);
    expect(spanNamed('prompts/get summary')?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(spanNamed('prompts/get summary')?.links).toEqual([]);
    outer.end();
  });

  it('say of a refusal its code and the missing scopes', async () => {
    expect((await send('tools/call', { name: 'write' }, 'notes:read')).status).toBe(403);
    const span = spanNamed('tools/call write');
    expect(span?.status.code).toBe(2);
    expect(span?.attributes['error.type']).toBe('insufficient_scope');
    expect(span?.events).toMatchObject([
      {
        name: 'express_mcp.refused',
        attributes: {
          'express_mcp.decision.code': 'insufficient_scope',
          'express_mcp.missing_scopes': ['notes:write'],
        },
      },
    ]);
  });

  it('say of a tool that throws that it failed, and not with what', async () => {
    await send('tools/call', { name: 'break' });
    const span = spanNamed('tools/call break');
    expect([span?.status.code, span?.attributes['error.type']]).toEqual([2, 'tool_error']);
    expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain('hunter2');
  });

  it('have names of few values, whatever clients call', async () => {
    await send('tools/call', { name: 'made-up' });
    await send('made/up', {});
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['tools/call', '_OTHER']);
  });

  it('have the arguments only when that was asked for', async () => {
    const call = { name: 'upstream', arguments: { password: 'hunter2' } };
    await send('tools/call', call);
    expect(JSON.stringify(spanNamed('tools/call upstream')?.attributes)).not.toContain('hunter2');
    stop();
    stop = instrumentMcp({ recordArguments: true, tracerProvider: provider, meterProvider });
    exporter.reset();
    await send('tools/call', call);
    expect(spanNamed('tools/call upstream')?.attributes['gen_ai.tool.call.arguments']).toBe('{"password":"hunter2"}');
  });

  it('have the result only when that was asked for, and only of tools', async () => {
    await send('tools/call', { name: 'upstream' });
    expect(spanNamed('tools/call upstream')?.attributes).not.toHaveProperty('gen_ai.tool.call.result');
    stop();
    stop = instrumentMcp({ recordResults: true, meterProvider });
    exporter.reset();
    await send('tools/call', { name: 'upstream' });
    await send('tools/call', { name: 'break' });
    await send('prompts/get', { name: 'summary' });
    const result = String(spanNamed('tools/call upstream')?.attributes['gen_ai.tool.call.result']);
    expect(JSON.parse(result)).toMatchObject({ content: [{ type: 'text', text: 'x' }] });
    for (const name of ['tools/call break', 'prompts/get summary']) {
      expect(spanNamed(name)?.attributes).not.toHaveProperty('gen_ai.tool.call.result');
    }
  });

  it('tell in their status the fixed text of an error, and nothing that a client made up', async () => {
    await send('tools/call', { name: 'hunter2' });
    expect(exporter.getFinishedSpans().map(({ status }) => status)).toEqual([{ code: 2, message: 'Invalid params' }]);
  });

  it('end as many as begin, and none begins after stop()', async () => {
    stop();
    await send('tools/call', { name: 'upstream' });
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['upstream call']);
  });
});

describe('the options', () => {
  it('are refused when they are not known, or wrong', () => {
    expect(() => instrumentMcp({ recordArgs: true } as never)).toThrow('recordArgs');
    expect(() => instrumentMcp({ recordArguments: 'yes' as never })).toThrow('recordArguments must be true or false');
    expect(() => instrumentMcp({ recordResults: 1 as never })).toThrow('recordResults must be true or false');
  });
});

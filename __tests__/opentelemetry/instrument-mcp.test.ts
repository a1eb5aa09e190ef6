import { readFileSync } from 'node:fs';
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

/** Names in the first column of the table under a heading of docs/observability.md. */
function documented(heading: string): readonly string[] {
  const text = readFileSync('docs/observability.md', 'utf8');
  const section = text.split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name).sort();
}

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

  it('end as many as begin, and none begins after stop()', async () => {
    stop();
    await send('tools/call', { name: 'upstream' });
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['upstream call']);
  });
});

describe('the tables of docs/observability.md', () => {
  it('name every attribute of spans and of the metric, and no other', async () => {
    stop();
    stop = instrumentMcp({ recordArguments: true, meterProvider });
    const session = await RunningEndpoint.start(registry, { sessions: true });
    const legacy = await session.openSession();
    await (await legacy.call('upstream')).text();
    await send('tools/call', { name: 'write' });
    await send('resources/read', { uri: 'notes://all' });
    await send('prompts/get', { name: 'summary' });
    await send('tools/call', { name: 'none' });
    await reader.forceFlush();
    const seen = new Set<string>();
    for (const { attributes, events } of exporter.getFinishedSpans()) {
      for (const each of [attributes, ...events.map((event) => event.attributes ?? {})]) {
        for (const name of Object.keys(each)) seen.add(name);
      }
    }
    // Given for a run of a task only.
    expect([...seen, 'express_mcp.task.id'].sort()).toEqual(documented('Spans'));
    const metrics = measured.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    expect(metrics.map(({ descriptor }) => [descriptor.name, descriptor.unit])).toContainEqual([
      'mcp.server.operation.duration',
      's',
    ]);
    const ofMetric = new Set(
      metrics.flatMap(({ dataPoints }) => dataPoints.flatMap(({ attributes }) => Object.keys(attributes))),
    );
    expect([...ofMetric].sort()).toEqual(documented('Metrics').filter((name) => !name.startsWith('mcp.server.')));
  });

  it('refuses options that it does not know', () => {
    expect(() => instrumentMcp({ recordArgs: true } as never)).toThrow('recordArgs');
    expect(() => instrumentMcp({ recordArguments: 'yes' as never })).toThrow('recordArguments must be true or false');
  });
});

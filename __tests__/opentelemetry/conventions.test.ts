import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metrics as metricsApi, SpanStatusCode, trace } from '@opentelemetry/api';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createRegistry } from '../../lib/index.js';
import { instrumentMcp } from '../../lib/opentelemetry/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';
import { requestOf } from '../support/dispatching.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { resource } from '../support/mcp-app.js';
import { RunningEndpoint, closeEndpoints } from '../support/running-endpoint.js';
import { withTasks } from '../support/task-client.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
const meterProvider = new MeterProvider({ readers: [reader] });

/** The rows of the table under a heading of docs/observability.md, cell by cell. */
function tableUnder(heading: string): readonly (readonly string[])[] {
  const text = readFileSync('docs/observability.md', 'utf8');
  const section = text.split(`### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

const codesIn = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** Does everything once that a span or a metric tells of. */
async function useEverything(): Promise<void> {
  const issuer = await new FakeIssuer().listen();
  const tokens = await createTestIssuer({ issuer: issuer.origin, audience: resource });
  issuer.publish(tokens.jwks);
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('read', {}, () => 'x');
  registry.tool('write', { scopes: ['notes:write'] }, () => 'x');
  registry.tool('job', { task: 'required' }, () => 'x');
  registry.prompt('summary', { arguments: { style: { complete: () => ['short'] } } }, () => 'Summarise');
  registry.resource('notes://all', {}, () => 'all');
  const endpoint = await RunningEndpoint.start(registry, {
    sessions: true,
    auth: { issuers: [{ issuer: issuer.origin }] },
    path: '/mcp',
  });
  const headers = { Authorization: `Bearer ${await tokens.token({ scope: 'notes:read' })}` };
  for (const [method, params] of [
    ['tools/call', { name: 'read' }],
    ['tools/call', { name: 'write' }],
    ['tools/call', { name: 'none' }],
    ['tools/call', { name: 'job', _meta: withTasks }],
    ['prompts/get', { name: 'summary' }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'summary' }, argument: { name: 'style', value: '' } }],
    ['resources/read', { uri: 'notes://all' }],
    ['tools/list', {}],
    ['no/method', {}],
  ] as const) {
    await (await endpoint.modern(method, params, { headers })).text();
  }
  const session = await endpoint.openSession('2025-11-25', { headers });
  await (await session.call('read')).text();
  await session.end();
  const input = new PassThrough();
  const server = await serveStdio(registry, { input, output: new PassThrough() });
  input.end(`${JSON.stringify(requestOf('2026-07-28', 'tools/call', { name: 'read' }, 1))}\n`);
  await server.closed;
  while (endpoint.router.stats().tasks > 0) await pause(5);
  await issuer.close();
}

let metrics: readonly MetricData[];
beforeAll(async () => {
  // The SDK is started after ours, as by who loads it late.
  const stop = instrumentMcp({ recordArguments: true, recordResults: true });
  provider.register();
  metricsApi.setGlobalMeterProvider(meterProvider);
  await useEverything();
  await reader.forceFlush();
  const [latest] = measured.getMetrics().slice(-1);
  metrics = (latest?.scopeMetrics ?? []).flatMap((scope) => scope.metrics);
  stop();
  await closeEndpoints();
});
afterAll(async () => {
  trace.disable();
  metricsApi.disable();
  await provider.shutdown();
  await meterProvider.shutdown();
});

describe('spans, compared with docs/observability.md', () => {
  it('have the names that the table says, and no others', () => {
    const patterns = tableUnder('Names of spans').map(([cell = '']) => codesIn(cell)[0] ?? '');
    const matches = (pattern: string, name: string): boolean => {
      const [method, target] = pattern.split(' ');
      const [called, ...rest] = name.split(' ');
      if ((target === undefined) !== (rest.length === 0)) return false;
      return method === '{mcp.method.name}' ? /^[a-z]+\/\w+$|^initialize$/.test(called ?? '') : method === called;
    };
    const names = [...new Set(exporter.getFinishedSpans().map(({ name }) => name))];
    expect(names.filter((name) => !patterns.some((pattern) => matches(pattern, name)))).toEqual([]);
    expect(patterns.filter((pattern) => !names.some((name) => matches(pattern, name)))).toEqual([]);
  });

  it('have the attributes that the table says, and no others', () => {
    const seen = new Set<string>();
    for (const { attributes, events } of exporter.getFinishedSpans()) {
      for (const each of [attributes, ...events.map((event) => event.attributes ?? {})]) {
        for (const name of Object.keys(each)) seen.add(name);
      }
    }
    expect([...seen].sort()).toEqual(
      tableUnder('Attributes of spans')
        .map(([cell]) => codesIn(cell)[0])
        .sort(),
    );
  });

  it('have each attribute when the table says so', () => {
    const spans = exporter.getFinishedSpans();
    const share = (name: string): number => spans.filter(({ attributes }) => name in attributes).length;
    for (const [cell, when = ''] of tableUnder('Attributes of spans')) {
      if (when.startsWith('always')) expect([cell, share(codesIn(cell)[0] ?? '')]).toEqual([cell, spans.length]);
    }
    for (const { attributes, status } of spans) {
      expect('error.type' in attributes).toBe(status.code === SpanStatusCode.ERROR);
    }
  });
});

describe('metrics, compared with docs/observability.md', () => {
  const kinds: Readonly<Record<string, (metric: MetricData) => boolean>> = {
    histogram: ({ dataPointType }) => dataPointType === DataPointType.HISTOGRAM,
    counter: (metric) => metric.dataPointType === DataPointType.SUM && metric.isMonotonic,
    'up-down counter': (metric) => metric.dataPointType === DataPointType.SUM && !metric.isMonotonic,
    gauge: ({ dataPointType }) => dataPointType === DataPointType.GAUGE,
  };
  const rows = tableUnder('Metrics').map(([name, kind = '', , attributes]) => ({
    name: codesIn(name)[0] ?? '',
    kind: kind.split(',')[0] ?? '',
    unit: codesIn(kind)[0],
    attributes: [...codesIn(attributes)].sort(),
  }));

  it('are those that the table says, and no others', () => {
    expect(metrics.map(({ descriptor }) => descriptor.name).sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it.each(rows)('$name is a $kind in $unit with the attributes of the table', ({ name, kind, unit, attributes }) => {
    const metric = metrics.find(({ descriptor }) => descriptor.name === name);
    expect(metric?.descriptor.unit).toBe(unit);
    expect(metric !== undefined && kinds[kind]?.(metric)).toBe(true);
    const seen = new Set(metric?.dataPoints.flatMap((point) => Object.keys(point.attributes)));
    expect([...seen].sort()).toEqual(attributes);
  });
});

// The recipes of docs/monitoring.md, as files of examples/monitoring, with the real libraries.
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { createLogger, format, transports } from 'winston';
import { auditWithPino } from '../../examples/monitoring/audit-pino.js';
import { auditWithWinston } from '../../examples/monitoring/audit-winston.js';
import { trackErrors } from '../../examples/monitoring/error-tracking.js';
import { sendToCollector } from '../../examples/monitoring/otlp.js';
import { prometheusMetrics } from '../../examples/monitoring/prometheus.js';
import { retry } from '../../examples/monitoring/retry.js';
import { tellSlowCalls } from '../../examples/monitoring/slow-calls.js';
import type { CallListener, CallRecord } from '../../lib/index.js';
import { ToolError, createRegistry } from '../../lib/index.js';
import { createTestIssuer } from '../../lib/testing/index.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { leftOpen } from '../support/left-open.js';
import { issuer, notesRegistry, resource } from '../support/mcp-app.js';
import { RunningEndpoint, closeEndpoints } from '../support/running-endpoint.js';

afterEach(closeEndpoints);

const tokenFor = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });

/** One call that goes well, one that is refused, and one that breaks. */
async function threeCalls(onCall: CallListener): Promise<void> {
  const endpoint = await RunningEndpoint.start(notesRegistry(), { auth: {}, onCall });
  const headers = await tokenFor('notes:read');
  for (const name of ['read', 'write', 'break']) {
    await (await endpoint.modern('tools/call', { name }, { headers })).text();
  }
}

const lines: string[] = [];
const sink = (): Writable =>
  new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(...String(chunk).trim().split('\n'));
      done();
    },
  });

const expected = [
  { method: 'tools/call', target: 'read', subject: 'user-1', outcome: 'ok' },
  {
    method: 'tools/call',
    target: 'write',
    outcome: 'refused',
    errorCode: 'insufficient_scope',
    missingScopes: ['notes:write'],
  },
  {
    method: 'tools/call',
    target: 'break',
    outcome: 'tool_error',
    errorCode: 'internal_error',
    reference: expect.any(String),
  },
].map((call) => ({ ...call, durationMs: expect.any(Number) }));

describe('audit logs', () => {
  it('of pino have outcome and duration of each call, and failures as warnings', async () => {
    lines.length = 0;
    await threeCalls(auditWithPino(pino(sink())));
    const logged = lines.map((line) => JSON.parse(line) as { level: number });
    expect(logged).toMatchObject(expected);
    expect(logged.map(({ level }) => level)).toEqual([30, 40, 40]);
  });

  it('of winston too', async () => {
    lines.length = 0;
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types name another class than it makes
    const logger = createLogger({ format: format.json(), transports: [new transports.Stream({ stream: sink() })] });
    await threeCalls(auditWithWinston(logger));
    const logged = lines.map((line) => JSON.parse(line) as { level: string });
    expect(logged).toMatchObject(expected);
    expect(logged.map(({ level }) => level)).toEqual(['info', 'warn', 'warn']);
  });
});

describe('error tracking', () => {
  it('has the error under the reference that the client is told, and that the record has', async () => {
    const tracked: { error: unknown; tags: unknown }[] = [];
    const records: CallRecord[] = [];
    const onError = trackErrors({ captureException: (error, { tags }) => tracked.push({ error, tags }) });
    const endpoint = await RunningEndpoint.start(notesRegistry(), { onError, onCall: (call) => records.push(call) });
    const answer = await (await endpoint.modern('tools/call', { name: 'break' })).text();
    const reference = records[0]?.reference ?? 'none';
    expect(answer).toContain(reference);
    expect(tracked).toEqual([
      { error: new Error('password=hunter2'), tags: { reference, method: 'tools/call', target: 'break' } },
    ]);
  });
});

describe('middleware', () => {
  it('tells of slow handlers, failed ones included, and of no others', async () => {
    const told: string[] = [];
    const registry = createRegistry({ name: 'x', version: '1' });
    registry.use(tellSlowCalls(20, (text) => told.push(text)));
    registry.tool('quick', {}, () => 'x');
    registry.tool('slow', {}, async () => {
      await pause(40);
      throw new ToolError('too slow');
    });
    const endpoint = await RunningEndpoint.start(registry);
    for (const name of ['quick', 'slow']) await (await endpoint.modern('tools/call', { name })).text();
    expect(told).toEqual([expect.stringMatching(/^tools\/call slow took \d+ ms$/)]);
  });

  it('tries again what failed for a moment, if it may, and not for ever', async () => {
    const runs: Record<string, number> = {};
    const registry = createRegistry({ name: 'x', version: '1' });
    const tools = new Set(['flaky', 'broken', 'refusing']);
    registry.use(retry({ tools, attempts: 3, isTransient: (error) => !(error instanceof ToolError) }));
    const count = (name: string): number => (runs[name] = (runs[name] ?? 0) + 1);
    registry.tool('flaky', {}, () => {
      if (count('flaky') < 3) throw new Error('for a moment');
      return 'done';
    });
    for (const name of ['broken', 'writing']) {
      registry.tool(name, {}, () => {
        count(name);
        throw new Error('always');
      });
    }
    registry.tool('refusing', {}, () => {
      count('refusing');
      throw new ToolError('no');
    });
    const endpoint = await RunningEndpoint.start(registry, { onError: () => undefined });
    const answers: string[] = [];
    for (const name of ['flaky', 'broken', 'writing', 'refusing']) {
      answers.push(await (await endpoint.modern('tools/call', { name })).text());
    }
    expect(runs).toEqual({ flaky: 3, broken: 3, writing: 1, refusing: 1 });
    expect(answers[0]).toContain('done');
  });
});

/** The metrics as Prometheus reads them after an app was used. */
async function scrape(): Promise<string> {
  const fake = await new FakeIssuer().listen();
  leftOpen.add(() => fake.close());
  const tokens = await createTestIssuer({ issuer: fake.origin, audience: resource });
  fake.publish(tokens.jwks);
  const metrics = prometheusMetrics();
  const app = express().get('/metrics', metrics.handler);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = await RunningEndpoint.start(notesRegistry(), {
    sessions: true,
    auth: { issuers: [{ issuer: fake.origin }] },
  });
  const headers = { Authorization: `Bearer ${await tokens.token({ scope: 'notes:read' })}` };
  for (const name of ['read', 'write']) await (await endpoint.modern('tools/call', { name }, { headers })).text();
  const session = await endpoint.openSession('2025-11-25', { headers });
  await session.end();
  const { port } = server.address() as AddressInfo;
  const text = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
  metrics.stop();
  server.close();
  return text;
}

describe('Prometheus', () => {
  it('reads durations, decisions and what is open, and the dashboard asks for nothing else', async () => {
    const text = await scrape();
    expect(text).toMatch(/mcp_server_operation_duration_count\{[^}]*gen_ai_tool_name="read"[^}]*\} 1/);
    expect(text).toMatch(/express_mcp_decisions_total\{[^}]*express_mcp_decision_code="insufficient_scope"[^}]*\} 1/);
    const samples = [...text.matchAll(/^(\w+)\{([^}]*)\}/gm)];
    const names = new Set(samples.map(([, name]) => name));
    const labels = new Set(
      samples.flatMap(([, , all = '']) => [...all.matchAll(/(\w+)="/g)].map(([, label]) => label)),
    );
    const dashboard = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8')) as {
      readonly panels: readonly {
        readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
      }[];
    };
    const queries = dashboard.panels.flatMap(({ targets }) => targets);
    expect(queries.length).toBeGreaterThan(8);
    for (const { expr, legendFormat } of queries) {
      const asked = [...expr.matchAll(/\b(?:mcp_server|express_mcp)_\w+/g)].map(([name]) => name);
      const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
      const filtered = [...expr.matchAll(/\{(\w+)[!=]/g)].map(([, label]) => label);
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      const ofLabels = new Set([...grouped, ...filtered, ...shown]);
      const metrics = asked.filter((name) => !ofLabels.has(name));
      expect([expr, metrics.length > 0, metrics.filter((name) => !names.has(name))]).toEqual([expr, true, []]);
      expect([expr, [...ofLabels].filter((label) => !labels.has(label))]).toEqual([expr, []]);
    }
    // Every metric of ours has a panel.
    const families = [...text.matchAll(/^# TYPE ((?:mcp_server|express_mcp)_\w+) /gm)].map(([, family = '']) => family);
    const all = queries.map(({ expr }) => expr).join('\n');
    expect(families.filter((family) => !all.includes(family))).toEqual([]);
  });
});

describe('an OpenTelemetry collector', () => {
  it('gets the spans and the metrics of calls', async () => {
    const received: { path: string; text: string }[] = [];
    const server = createServer((incoming, response) => {
      void bodyOf(incoming).then((text) => {
        received.push({ path: incoming.url ?? '', text });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${String(port)}`;
    process.env['OTEL_EXPORTER_OTLP_PROTOCOL'] = 'http/json';
    process.env['OTEL_LOGS_EXPORTER'] = 'none';
    const telemetry = sendToCollector();
    const endpoint = await RunningEndpoint.start(notesRegistry());
    await (await endpoint.modern('tools/call', { name: 'open' })).text();
    await telemetry.stop();
    server.close();
    const textOf = (path: string) =>
      received
        .filter((each) => each.path === path)
        .map(({ text }) => text)
        .join('');
    expect(textOf('/v1/traces')).toContain('"tools/call open"');
    expect(textOf('/v1/metrics')).toContain('"mcp.server.operation.duration"');
    expect(textOf('/v1/metrics')).toContain('"express_mcp.decisions"');
  });
});

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}

describe('docs/monitoring.md', () => {
  it('shows every file of examples/monitoring as it is', () => {
    const page = readFileSync('docs/monitoring.md', 'utf8');
    const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    const files = readdirSync('examples/monitoring').map((file) => readFileSync(`examples/monitoring/${file}`, 'utf8'));
    expect(blocks.sort()).toEqual(files.sort());
  });
});

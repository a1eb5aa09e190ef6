import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { BundledPrograms } from '../support/bundled-programs.js';

// A whole SDK is loaded.
jest.setTimeout(120_000);

interface Named {
  readonly name: string;
}
interface Export {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly Named[] }[] }[];
  readonly resourceMetrics?: readonly { readonly scopeMetrics: readonly { readonly metrics: readonly Named[] }[] }[];
}

let programs: BundledPrograms;
beforeAll(async () => {
  programs = await BundledPrograms.of('examples/notes/main.ts');
});
afterAll(() => {
  programs.remove();
});

/** A collector that takes OTLP over HTTP in JSON. */
async function collector() {
  const received: { readonly path: string; readonly body: Export }[] = [];
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      received.push({ path: request.url ?? '', body: JSON.parse(text) as Export });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { received, server, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

it('npm start sends traces and metrics to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names', async () => {
  const { received, server, url } = await collector();
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [programs.fileOf('examples/notes/main.ts')], {
    env: {
      ...env,
      PORT: '0',
      NOTES_FOLDER: path.join(mkdtempSync(path.join(tmpdir(), 'notes-')), 'notes'),
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  while (!/MCP endpoint +\S+/.test(output)) await once(child.stdout, 'data');
  const [, endpoint = ''] = /MCP endpoint +(\S+)/.exec(output) ?? [];
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } };
  const refused = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify(message),
  });
  expect(refused.status).toBe(401);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  server.close();
  expect(code).toBe(0);
  const spans = received.flatMap(({ body }) => body.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans);
  const metrics = received
    .flatMap(({ body }) => body.resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics);
  expect([...new Set(received.map((each) => each.path))].sort()).toEqual(['/v1/metrics', '/v1/traces']);
  expect(spans.flatMap((scope) => scope.spans).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['tools/call whoami', 'POST']),
  );
  expect(metrics.flatMap((scope) => scope.metrics).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['mcp.server.operation.duration', 'express_mcp.decisions']),
  );
});

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

let programs: BundledPrograms;
beforeAll(async () => {
  programs = await BundledPrograms.of('examples/notes/main.ts');
});
afterAll(() => {
  programs.remove();
});

/** A collector that takes OTLP over HTTP, in JSON and in protobuf, where texts are written in UTF-8 too. */
async function collector() {
  const received: { readonly path: string; readonly type: string | undefined; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const type = request.headers['content-type'];
    void textOf(request).then((body) => {
      received.push({ path: request.url ?? '', type, body });
      response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '');
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

it.each([
  ['as it is set up by default', {}, 'application/x-protobuf'],
  ['in JSON if that is asked for', { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'application/json'],
])(
  'npm start sends traces and metrics to the collector of OTEL_EXPORTER_OTLP_ENDPOINT, %s',
  async (_title, more, type) => {
    const { received, server, url } = await collector();
    const { NODE_OPTIONS: _options, ...env } = process.env;
    const child = spawn(process.execPath, [programs.fileOf('examples/notes/main.ts')], {
      env: {
        ...env,
        PORT: '0',
        NOTES_FOLDER: path.join(mkdtempSync(path.join(tmpdir(), 'notes-')), 'notes'),
        OTEL_EXPORTER_OTLP_ENDPOINT: url,
        ...more,
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
    const bodyOf = (path: string): string =>
      received
        .filter((each) => each.path === path)
        .map(({ body }) => body)
        .join('');
    expect([...new Set(received.map((each) => each.path))].sort()).toEqual(['/v1/metrics', '/v1/traces']);
    expect(new Set(received.map((each) => each.type))).toEqual(new Set([type]));
    // The span of the refused call, of HTTP, and the name of the service.
    for (const text of ['tools/call whoami', 'express_mcp.refused', 'POST', 'notes']) {
      expect(bodyOf('/v1/traces')).toContain(text);
    }
    for (const text of ['mcp.server.operation.duration', 'express_mcp.decisions', 'unauthorized']) {
      expect(bodyOf('/v1/metrics')).toContain(text);
    }
  },
);

// Prints two traces of the notes example as SVG documents by file name, in JSON. One is a call with an upstream call of its tool, the
// other a step-up. The SDK recorded every span. scripts/trace-pictures.mjs writes the files.
import { once } from 'node:events';
import { SpanKind, context, propagation, trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { DrawnSpan } from './draw-trace.js';
import { drawTrace } from './draw-trace.js';
import { partyOf, rowsOf } from './trace-rows.js';

const exporter = new InMemorySpanExporter();
const sdk = new NodeSDK({
  serviceName: 'notes',
  spanProcessors: [new SimpleSpanProcessor(exporter)],
  instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()],
});
sdk.start();

const { instrumentMcp } = await import('express-mcp/opentelemetry');
const stop = instrumentMcp();
const { createServer } = await import('node:http');
const { createTestIssuer } = await import('express-mcp/testing');
const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
const { createApp } = await import('../../examples/notes/app.js');
const { createNotesRegistry, scopeHierarchy, scopes } = await import('../../examples/notes/mcp.js');
const { NoteStore } = await import('../../examples/notes/note-store.js');

const board = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(201).end());
}).listen(0, '127.0.0.1');
const server = createServer().listen(0, '127.0.0.1');
await Promise.all([once(board, 'listening'), once(server, 'listening')]);
const originOf = (of: typeof server): string => {
  const address = of.address();
  return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : address)}`;
};

const endpoint = new URL(`${originOf(server)}/mcp`);
const tokens = await createTestIssuer({ audience: endpoint.href });
const store = await NoteStore.open();
const { id } = await store.add('Water the plants');
const registry = createNotesRegistry(store);
const inputSchema = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } as const;
registry.tool('publish_note', { scopes: ['notes:read'], inputSchema }, async (args, { state, signal }) =>
  trace.getTracer('notes').startActiveSpan('publish note', async (span) => {
    const note = await state.find(args.id);
    const { status } = await fetch(`${originOf(board)}/notes`, { method: 'POST', body: note?.text ?? '', signal });
    span.end();
    return status === 201 ? 'Published' : 'The board did not take it';
  }),
);
server.on(
  'request',
  createApp(
    store,
    {
      resource: endpoint.href,
      issuers: [{ issuer: tokens.issuer, jwks: tokens.jwks }],
      requiredScopes: ['notes:read'],
      challengeScopes: [],
      scopesSupported: Object.keys(scopes),
      scopeHierarchy,
    },
    { registry },
  ),
);

const tracer = trace.getTracer('client');
const client = new Client({ name: 'host', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
const headers = { authorization: `Bearer ${await tokens.token({ scope: 'notes:read' })}` };
await client.connect(new StreamableHTTPClientTransport(endpoint, { requestInit: { headers } }));
// The first call of a process takes longer than any other.
await client.callTool({ name: 'publish_note', arguments: { id } });
const published = await traceOf('tools/call publish_note', async () => {
  const _meta: Record<string, unknown> = {};
  propagation.inject(context.active(), _meta);
  await client.callTool({ name: 'publish_note', arguments: { id }, _meta });
});
await client.close();

const steppedUp = await traceOf('add a note', async () => {
  // A client without a token, with the first one, and with the one after the step-up.
  for (const scope of [undefined, 'notes:read', 'notes:read notes:write']) {
    const token = scope === undefined ? undefined : await tokens.token({ scope });
    await tracer.startActiveSpan('tools/call add_note', { kind: SpanKind.CLIENT }, async (span) => {
      await addNote(token);
      span.end();
    });
  }
});

const pictures = {
  'trace-of-a-call.svg': drawTrace('One trace of a call: client, HTTP, MCP, tool and upstream call', published),
  'trace-of-a-step-up.svg': drawTrace('One trace of a step-up: 401, 403, 200', steppedUp),
};
stop();
for (const each of [server, board]) {
  each.closeAllConnections();
  each.close();
}
await store.close();
await sdk.shutdown();
process.stdout.write(JSON.stringify(pictures));

/** The spans of all that some work does. */
async function traceOf(name: string, work: () => Promise<void>): Promise<readonly DrawnSpan[]> {
  exporter.reset();
  const root = await tracer.startActiveSpan(name, { kind: SpanKind.CLIENT }, async (span) => {
    await work();
    span.end();
    return span.spanContext().traceId;
  });
  // Spans of HTTP end when their connections say so.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === root);
  return rowsOf(spans, (span) => partyOf(span, new URL(originOf(board)).port));
}

async function addNote(token: string | undefined): Promise<void> {
  const _meta: Record<string, unknown> = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'host', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  propagation.inject(context.active(), _meta);
  const params = { name: 'add_note', arguments: { text: 'Buy soil' }, _meta };
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'add_note',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  await response.text();
}

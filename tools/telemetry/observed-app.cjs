'use strict';

// An app with OpenTelemetry in the usual way: the SDK for Node, with the instrumentations of HTTP, Express and undici. It calls its own
// tool once, as a client that sends trace context. Then it returns the spans and the names of the metrics.

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/**
 * @param {object} setup
 * @param {(name: string) => any} setup.load - `require`, or `import`
 * @param {(entry: 'index' | 'opentelemetry') => any} setup.loadOurs - loads an entry of express-mcp
 * @param {'ours-first' | 'sdk-first'} setup.order - what is loaded and started first
 */
exports.observe = async ({ load, loadOurs, order }) => {
  const { createServer } = await load('node:http');
  const instrument = async () => {
    const { instrumentMcp } = await loadOurs('opentelemetry');
    return instrumentMcp();
  };
  const stopOurs = order === 'ours-first' ? await instrument() : undefined;
  const { sdk, spans, metrics, reader } = await startSdk(load);
  const stop = stopOurs ?? (await instrument());

  const upstream = createServer((_request, response) => response.end('done'));
  await new Promise((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { default: express } = await asDefault(load('express'));
  const { createRegistry, mcpErrorHandler, mcpRouter } = await loadOurs('index');
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('relay', {}, async () => (await fetch(`http://127.0.0.1:${upstream.address().port}/`)).text());
  const app = express();
  const router = mcpRouter(registry);
  app.use(router);
  app.use(mcpErrorHandler());
  const server = createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answer = await callRelay(server.address().port);

  await reader.forceFlush();
  const seen = metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const result = {
    answer,
    spans: spans.map(toPlain),
    metrics: [...new Set(seen.map(({ descriptor }) => descriptor.name))],
  };
  stop();
  await router.close();
  server.closeAllConnections();
  server.close();
  upstream.closeAllConnections();
  upstream.close();
  await sdk.shutdown();
  return result;
};

async function startSdk(load) {
  const { NodeSDK } = await load('@opentelemetry/sdk-node');
  const metrics = await load('@opentelemetry/sdk-metrics');
  const [{ HttpInstrumentation }, { ExpressInstrumentation }, { UndiciInstrumentation }] = [
    await load('@opentelemetry/instrumentation-http'),
    await load('@opentelemetry/instrumentation-express'),
    await load('@opentelemetry/instrumentation-undici'),
  ];
  const spans = [];
  const collector = {
    onStart: () => undefined,
    onEnd: (span) => spans.push(span),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const exporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const sdk = new NodeSDK({
    spanProcessors: [collector],
    metricReaders: [reader],
    instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), new UndiciInstrumentation()],
  });
  sdk.start();
  return { sdk, spans, metrics: exporter, reader };
}

async function callRelay(port) {
  const _meta = {
    traceparent,
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'tests', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'relay',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'relay', _meta } }),
  });
  return response.json();
}

const asDefault = async (loaded) => {
  const known = await loaded;
  return known.default === undefined ? { default: known } : known;
};

const toPlain = (span) => ({
  name: span.name,
  kind: span.kind,
  by: span.instrumentationScope.name,
  id: span.spanContext().spanId,
  trace: span.spanContext().traceId,
  parent: span.parentSpanContext?.spanId,
  links: span.links.map(({ context }) => context.spanId),
});

/**
 * Starts OpenTelemetry if `OTEL_EXPORTER_OTLP_ENDPOINT` says where traces and metrics go; else nothing of it is loaded. Call it before
 * Express is imported, since instrumentations put themselves around what is loaded after them.
 *
 * @returns a function that sends what is left, and stops
 */
export async function startTelemetry(): Promise<() => Promise<void>> {
  if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] === undefined) return () => Promise.resolve();
  process.env['OTEL_SERVICE_NAME'] ??= 'notes';
  // The SDK sends traces by itself, and metrics only when it is told to.
  process.env['OTEL_METRICS_EXPORTER'] ??= 'otlp';
  process.env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
  const { ExpressInstrumentation } = await import('@opentelemetry/instrumentation-express');
  const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici');
  const { instrumentMcp } = await import('express-mcp/opentelemetry');
  const sdk = new NodeSDK({
    instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), new UndiciInstrumentation()],
  });
  sdk.start();
  const stop = instrumentMcp();
  return async () => {
    // The last measurements are read while it shuts down.
    await sdk.shutdown();
    stop();
  };
}

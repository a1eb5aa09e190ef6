import type { IncomingMessage, ServerResponse } from 'node:http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrumentMcp } from 'express-mcp/opentelemetry';

/** Metrics as Prometheus reads them: `app.get('/metrics', metrics.handler)`. */
export function prometheusMetrics() {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const stop = instrumentMcp({ meterProvider: new MeterProvider({ readers: [exporter] }) });
  return {
    handler: (request: IncomingMessage, response: ServerResponse): void => {
      exporter.getMetricsRequestHandler(request, response);
    },
    stop,
  };
}

import { NodeSDK } from '@opentelemetry/sdk-node';
import { instrumentMcp } from 'express-mcp/opentelemetry';

/** Sends traces and metrics to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, such as http://localhost:4318. */
export function sendToCollector(): { stop(): Promise<void> } {
  process.env['OTEL_METRICS_EXPORTER'] ??= 'otlp';
  const sdk = new NodeSDK();
  sdk.start();
  const stop = instrumentMcp();
  return {
    stop: async () => {
      await sdk.shutdown();
      stop();
    },
  };
}

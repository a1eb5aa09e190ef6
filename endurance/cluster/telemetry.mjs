// node --import this: OpenTelemetry as people have it, with the instrumentations of HTTP, Express and undici. Spans go through a batch to an
// exporter that drops them, and metrics are collected every ten seconds. It counts the spans that begin and end.
import { InMemoryMetricExporter, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { instrumentMcp } from 'express-mcp/opentelemetry';
import { spanCounts } from './span-counts.mjs';

const kindOf = (span) => (span.instrumentationScope.name === 'express-mcp' ? 'mcp' : 'other');
const counting = {
  onStart: (span) => {
    spanCounts.begun[kindOf(span)] += 1;
  },
  onEnd: (span) => {
    spanCounts.ended[kindOf(span)] += 1;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
const dropSpans = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };

/** Forgets what it was given. */
class DroppingMetrics extends InMemoryMetricExporter {
  export(_metrics, done) {
    done({ code: 0 });
  }
}

const reader = new PeriodicExportingMetricReader({
  exporter: new DroppingMetrics(0),
  exportIntervalMillis: 10_000,
  exportTimeoutMillis: 9000,
});
const sdk = new NodeSDK({
  spanProcessors: [counting, new BatchSpanProcessor(dropSpans)],
  metricReaders: [reader],
  instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation(), new UndiciInstrumentation()],
});
sdk.start();
instrumentMcp();

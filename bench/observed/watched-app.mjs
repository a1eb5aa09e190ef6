// The protected endpoint of the other measurements, watched as the settings say.
import { tracingChannel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { instrumentMcp } from '../../dist/opentelemetry/index.js';
import { createOurRegistry } from '../work/our-registry.mjs';

const express = createRequire(new URL('../../package.json', import.meta.url))('express');
const nothing = () => undefined;

export function start({ issuer, jwks, watched }) {
  if (watched === 'channel') {
    const listeners = { start: nothing, end: nothing, asyncStart: nothing, asyncEnd: nothing, error: nothing };
    tracingChannel('express-mcp:call').subscribe(listeners);
  }
  if (watched === 'opentelemetry') record();
  const app = express();
  app.use(mcpAuth({ resource: 'https://api.example.com/mcp', issuers: [{ issuer, jwks }] }));
  app.use(mcpRouter(createOurRegistry({ tools: 1 })));
  app.use(mcpErrorHandler());
  return app;
}

/** Spans are recorded and durations added up; nothing is sent. */
function record() {
  new NodeTracerProvider().register();
  const exporter = {
    export: (_metrics, done) => done({ code: 0 }),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const readers = [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })];
  instrumentMcp({ meterProvider: new MeterProvider({ readers }) });
}

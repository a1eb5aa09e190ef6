// The protected endpoint of the other measurements, which can be watched for some calls and not for others.
import { tracingChannel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import { SpanKind, context, propagation, trace } from '@opentelemetry/api';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { instrumentMcp } from '../../dist/opentelemetry/index.js';
import { createOurRegistry } from '../work/our-registry.mjs';

const express = createRequire(new URL('../../package.json', import.meta.url))('express');
const nothing = () => undefined;

/**
 * The app, and what begins and ends that its calls are watched.
 *
 * @param {keyof typeof ways} watched - how
 */
export function watchedApp({ issuer, jwks, watched }) {
  const { on, off, middleware } = ways[watched]();
  const app = express();
  if (middleware !== undefined) app.use(middleware);
  app.use(mcpAuth({ resource: 'https://api.example.com/mcp', issuers: [{ issuer, jwks }], challengeScopes: [] }));
  app.use(mcpRouter(createOurRegistry({ tools: 1 })));
  app.use(mcpErrorHandler());
  return { app, on, off };
}

/** Ways to watch: each makes what begins it and what ends it. */
const ways = {
  channel: () => {
    const calls = tracingChannel('express-mcp:call');
    const listeners = { start: nothing, end: nothing, asyncStart: nothing, asyncEnd: nothing, error: nothing };
    return { on: () => calls.subscribe(listeners), off: () => calls.unsubscribe(listeners) };
  },
  opentelemetry: () => {
    const { begin, end, meterProvider } = makeSdk();
    let stop;
    return {
      on: () => {
        begin();
        stop = instrumentMcp({ meterProvider });
      },
      off: () => {
        stop();
        end();
      },
    };
  },
  'by hand': () => {
    const { begin, end, tracerProvider, meterProvider } = makeSdk();
    let isOn = false;
    return {
      on: () => {
        begin();
        isOn = true;
      },
      off: () => {
        isOn = false;
        end();
      },
      middleware: madeByHand(tracerProvider, meterProvider, () => isOn),
    };
  },
};

/** Hand-written code without us, which knows each request beforehand: the same span and the same measurement. */
function madeByHand(tracerProvider, meterProvider, isOn) {
  const explicitBucketBoundaries = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
  const histogram = meterProvider
    .getMeter('by hand')
    .createHistogram('duration', { unit: 's', advice: { explicitBucketBoundaries } });
  const tracer = tracerProvider.getTracer('by hand');
  return (_request, response, next) => {
    if (!isOn()) {
      next();
      return;
    }
    const attributes = {
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2026-07-28',
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'add',
    };
    const startedAt = performance.now();
    const ofSpan = { ...attributes, 'jsonrpc.request.id': '1' };
    const span = tracer.startSpan('tools/call add', { kind: SpanKind.SERVER, attributes: ofSpan });
    response.once('finish', () => {
      span.end();
      histogram.record((performance.now() - startedAt) / 1000, attributes);
    });
    context.with(trace.setSpan(context.active(), span), next);
  };
}

/** Spans are recorded and durations added up; nothing is sent. */
function makeSdk() {
  const tracerProvider = new NodeTracerProvider();
  const exporter = {
    export: (_metrics, done) => done({ code: 0 }),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const readers = [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })];
  return {
    tracerProvider,
    meterProvider: new MeterProvider({ readers }),
    begin: () => tracerProvider.register(),
    // With it, `AsyncLocalStorage` costs those who do not watch nothing.
    end: () => {
      for (const api of [trace, context, propagation]) api.disable();
    },
  };
}

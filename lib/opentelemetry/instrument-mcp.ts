import { subscribe, unsubscribe as leave } from 'node:diagnostics_channel';
import type { MeterProvider, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { CallRecord, SessionRecord } from '../server/calls/call-record.js';
import { CallMetrics } from './call-metrics.js';
import { CallSpans } from './call-spans.js';

/** Options of `instrumentMcp`. */
export interface InstrumentMcpOptions {
  /** Default: the one that is registered globally, also when that happens later. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the one that is registered globally, also when that happens later. */
  readonly meterProvider?: MeterProvider;
  /** Reads the trace context of `params._meta`. Default: the one that is registered globally. */
  readonly propagator?: TextMapPropagator;
  /** Whether spans have the arguments of tools, which may be secret. Default false. */
  readonly recordArguments?: boolean;
  /** Whether spans have the results of tools, which may be secret. Default false. */
  readonly recordResults?: boolean;
}

const optionNames = Object.keys({
  tracerProvider: true,
  meterProvider: true,
  propagator: true,
  recordArguments: true,
  recordResults: true,
} satisfies Record<keyof InstrumentMcpOptions, true>);

/**
 * Makes a span and a measurement of each call, by the OpenTelemetry semantic conventions for MCP. It also makes the numbers of every
 * endpoint of this process available to meters. The span is active while the handler runs.
 *
 * @param options - see {@link InstrumentMcpOptions}
 * @returns a function that stops it; calls in progress still end their spans
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 *
 * @example
 * ```ts
 * import { instrumentMcp } from 'express-mcp/opentelemetry';
 *
 * const stop = instrumentMcp();
 * stop();
 * ```
 */
export function instrumentMcp(options: InstrumentMcpOptions = {}): () => void {
  assertMembers(options, optionNames, 'instrumentMcp');
  const { tracerProvider, meterProvider, propagator } = options;
  const spans = new CallSpans({
    tracerProvider,
    propagator,
    recordArguments: flag(options, 'recordArguments'),
    recordResults: flag(options, 'recordResults'),
  });
  const measurements = new CallMetrics(meterProvider);
  measurements.prepare();
  // An SDK that is started right behind this call is seen by the time that its readers read.
  const prepared = setTimeout(() => measurements.prepare(), 0).unref();
  // `tracingChannel('express-mcp:call')` consists of channels of these names.
  const callChannel = 'tracing:express-mcp:call';
  const sessionChannel = 'express-mcp:session';
  let isStopped = false;
  const unsubscribe = (): void => {
    if (!isStopped || spans.size > 0) return;
    leave(`${callChannel}:start`, begin);
    leave(`${callChannel}:end`, end);
    leave(`${callChannel}:asyncEnd`, end);
  };
  const begin = (message: unknown): void => {
    if (!isStopped) spans.begin(message as CallRecord);
  };
  const end = (message: unknown): void => {
    const call = message as CallRecord;
    if (call.outcome === undefined) return;
    if (spans.end(call)) measurements.recordCall(call);
    unsubscribe();
  };
  const endSession = (session: unknown): void => {
    measurements.recordSession(session as SessionRecord);
  };
  // Only the channels that something is done for: each listener costs every call a little.
  subscribe(`${callChannel}:start`, begin);
  subscribe(`${callChannel}:end`, end);
  subscribe(`${callChannel}:asyncEnd`, end);
  subscribe(sessionChannel, endSession);
  return () => {
    isStopped = true;
    clearTimeout(prepared);
    leave(sessionChannel, endSession);
    measurements.stop();
    unsubscribe();
  };
}

function flag(options: InstrumentMcpOptions, name: 'recordArguments' | 'recordResults'): boolean {
  const value: unknown = options[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw new ConfigurationError('invalid_option', `instrumentMcp: ${name} must be true or false.`);
}

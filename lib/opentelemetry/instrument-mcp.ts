import { tracingChannel } from 'node:diagnostics_channel';
import type { Context, MeterProvider, Span, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, context, isSpanContextValid, metrics, propagation, trace } from '@opentelemetry/api';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { CallRecord } from '../server/calls/call-record.js';
import { commonAttributes, errorAttributes, spanAttributes } from './call-attributes.js';

/** Options of `instrumentMcp`. */
export interface InstrumentMcpOptions {
  /** Default: the one that is registered globally, also when that happens later. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the one that is registered globally when `instrumentMcp` is called. */
  readonly meterProvider?: MeterProvider;
  /** Reads the trace context of `params._meta`. Default: the one that is registered globally. */
  readonly propagator?: TextMapPropagator;
  /** Whether spans have the arguments of tools, which may be secret. Default false. */
  readonly recordArguments?: boolean;
}

const optionNames = Object.keys({
  tracerProvider: true,
  meterProvider: true,
  propagator: true,
  recordArguments: true,
} satisfies Record<keyof InstrumentMcpOptions, true>);

const instrumentation = 'express-mcp';
// Semantic conventions for MCP 1.41.1: the boundaries SHOULD be these, in seconds.
const durationBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/**
 * Makes a span and a measurement of each call, by the OpenTelemetry semantic conventions for MCP. The span is active while the handler
 * runs.
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
  const { recordArguments = false } = options;
  if (typeof recordArguments !== 'boolean') {
    throw new ConfigurationError('invalid_option', 'instrumentMcp: recordArguments must be true or false.');
  }
  const spans = new CallSpans(options, recordArguments);
  const channel = tracingChannel<unknown, CallRecord>('express-mcp:call');
  let isStopped = false;
  const end = (call: CallRecord): void => {
    spans.end(call);
    if (isStopped && spans.areAllEnded) channel.unsubscribe(listeners);
  };
  const listeners = {
    start: (message: unknown) => {
      if (!isStopped) spans.begin(message as CallRecord);
    },
    end,
    asyncStart: () => undefined,
    asyncEnd: end,
    error: () => undefined,
  };
  channel.subscribe(listeners);
  return () => {
    isStopped = true;
    if (spans.areAllEnded) channel.unsubscribe(listeners);
  };
}

/** The spans of calls that are not over. */
class CallSpans {
  readonly #options: InstrumentMcpOptions;
  readonly #recordsArguments: boolean;
  readonly #duration;
  readonly #open = new Map<CallRecord, Span>();

  constructor(options: InstrumentMcpOptions, recordsArguments: boolean) {
    this.#options = options;
    this.#recordsArguments = recordsArguments;
    const meter = (options.meterProvider ?? metrics.getMeterProvider()).getMeter(instrumentation);
    this.#duration = meter.createHistogram('mcp.server.operation.duration', {
      description: 'Duration of an MCP request as the server sees it, from its arrival until its result is there.',
      unit: 's',
      advice: { explicitBucketBoundaries: durationBuckets },
    });
  }

  get areAllEnded(): boolean {
    return this.#open.size === 0;
  }

  begin(call: CallRecord): void {
    const active = context.active();
    const parent = this.#parentOf(call, active);
    const tracer = (this.#options.tracerProvider ?? trace.getTracerProvider()).getTracer(instrumentation);
    const around = trace.getSpanContext(active);
    // The HTTP span is the parent when the client gave none of its own.
    const isLinked = parent !== active && around !== undefined && isSpanContextValid(around);
    const attributes = {
      ...commonAttributes(call),
      ...spanAttributes(call),
      ...(this.#recordsArguments ? argumentsOf(call) : {}),
    };
    const links = isLinked ? [{ context: around }] : [];
    const span = tracer.startSpan(nameOf(call), { kind: SpanKind.SERVER, attributes, links }, parent);
    this.#open.set(call, span);
    const within = trace.setSpan(parent, span);
    call.runWithin((work) => context.with(within, work));
  }

  end(call: CallRecord): void {
    if (call.outcome === undefined) return;
    const failure = errorAttributes(call);
    const span = this.#open.get(call);
    if (span === undefined) return;
    this.#open.delete(call);
    span.setAttributes(failure);
    if (call.outcome === 'refused') {
      const { errorCode = call.outcome, missingScopes = [] } = call;
      span.addEvent('express_mcp.refused', {
        'express_mcp.decision.code': errorCode,
        ...(missingScopes.length === 0 ? {} : { 'express_mcp.missing_scopes': [...missingScopes] }),
      });
    }
    if ('error.type' in failure && call.outcome !== 'cancelled') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    this.#duration.record((call.durationMs ?? 0) / 1000, { ...commonAttributes(call), ...failure });
  }

  /** `params._meta` says it; a request without trace context belongs to whatever is active. */
  #parentOf(call: CallRecord, active: Context): Context {
    const carrier = call.traceContext();
    // A task that runs belongs to the call that began it.
    const isRunOfCall = call.taskId !== undefined && trace.getSpanContext(active) !== undefined;
    if (isRunOfCall || Object.keys(carrier).length === 0) return active;
    const { propagator } = this.#options;
    const getter = {
      keys: (from: typeof carrier) => Object.keys(from),
      get: (from: typeof carrier, key: string) => (from as Readonly<Record<string, string>>)[key],
    };
    const extracted =
      propagator === undefined
        ? propagation.extract(active, carrier, getter)
        : propagator.extract(active, carrier, getter);
    const isOfClient = trace.getSpanContext(extracted) !== trace.getSpanContext(active);
    return isOfClient ? extracted : active;
  }
}

function nameOf(call: CallRecord): string {
  const { isKnown, target } = call;
  const method = String(commonAttributes(call)['mcp.method.name']);
  const isNamed = isKnown && (target?.kind === 'tool' || target?.kind === 'prompt') && target.name !== undefined;
  return isNamed ? `${method} ${target.name}` : method;
}

function argumentsOf(call: CallRecord): Readonly<Record<string, string>> {
  if (call.method !== 'tools/call') return {};
  const text = JSON.stringify(call.sentArguments()) as string | undefined;
  return text === undefined ? {} : { 'gen_ai.tool.call.arguments': text };
}

import type {
  Attributes,
  Context,
  Link,
  Span,
  SpanContext,
  SpanOptions as StartOptions,
  TextMapPropagator,
  Tracer,
  TracerProvider,
} from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, context, isSpanContextValid, propagation, trace } from '@opentelemetry/api';
import type { CallRecord, CallTraceContext } from '../server/calls/call-record.js';
import {
  contentAttribute,
  describeError,
  errorAttributes,
  refusalAttributes,
  spanAttributes,
} from './call-attributes.js';

/** Tracer and settings that spans are made with. */
export interface SpanOptions {
  /** Undefined for the one that is registered globally. */
  readonly tracerProvider: TracerProvider | undefined;
  readonly propagator: TextMapPropagator | undefined;
  readonly recordArguments: boolean;
  readonly recordResults: boolean;
}

/** The name under which spans and metrics are made. */
export const instrumentation = 'express-mcp';

/** The spans of calls that are not over. */
export class CallSpans {
  readonly #options: SpanOptions;
  readonly #open = new Map<CallRecord, Span>();
  #made: { readonly provider: TracerProvider; readonly tracer: Tracer } | undefined;

  constructor(options: SpanOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** Begins the span of a call, and makes it active for everything that the call does. */
  begin(call: CallRecord): void {
    const active = context.active();
    const parent = this.#parentOf(call, active);
    const isRecorded = this.#options.recordArguments && call.method === 'tools/call';
    const attributes = spanAttributes(call);
    if (isRecorded) Object.assign(attributes, contentAttribute('gen_ai.tool.call.arguments', call.sentArguments()));
    // The HTTP span is the parent when the client gave none of its own.
    const links = parent === active ? undefined : linksTo(trace.getSpanContext(active));
    const options: StartOptions = { kind: SpanKind.SERVER, attributes };
    if (links !== undefined) options.links = links;
    const span = this.#tracer().startSpan(nameOf(call, attributes), options, parent);
    this.#open.set(call, span);
    const within = trace.setSpan(parent, span);
    call.runWithin((work) => context.with(within, work));
  }

  /**
   * Ends the span of a call that is over.
   *
   * @returns whether it had one
   */
  end(call: CallRecord): boolean {
    const span = this.#open.get(call);
    if (span === undefined) return false;
    this.#open.delete(call);
    if (call.outcome !== 'ok') this.#tellFailure(call, span);
    else if (this.#options.recordResults && call.method === 'tools/call') {
      span.setAttributes(contentAttribute('gen_ai.tool.call.result', call.returnedResult()));
    }
    span.end();
    return true;
  }

  /** The one of the provider of now: the global one may be registered, or replaced, at any time. */
  #tracer(): Tracer {
    const provider = this.#options.tracerProvider ?? trace.getTracerProvider();
    const current = delegateOf(provider);
    if (this.#made?.provider !== current) {
      this.#made = { provider: current, tracer: current.getTracer(instrumentation) };
    }
    return this.#made.tracer;
  }

  #tellFailure(call: CallRecord, span: Span): void {
    span.setAttributes(errorAttributes(call));
    if (call.outcome === 'refused') span.addEvent('express_mcp.refused', refusalAttributes(call));
    const message = describeError(call);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
  }

  /** `params._meta` says it; a request without trace context belongs to whatever is active. */
  #parentOf(call: CallRecord, active: Context): Context {
    const carrier = call.traceContext();
    if (isEmpty(carrier)) return active;
    // A task that runs belongs to the call that began it.
    if (call.taskId !== undefined && trace.getSpanContext(active) !== undefined) return active;
    const { propagator } = this.#options;
    const extracted =
      propagator === undefined
        ? propagation.extract(active, carrier, getter)
        : propagator.extract(active, carrier, getter);
    const isOfClient = trace.getSpanContext(extracted) !== trace.getSpanContext(active);
    return isOfClient ? extracted : active;
  }
}

/** The provider behind the stand-in of the API, which stays the same when the SDK is started later. */
function delegateOf(provider: TracerProvider & { readonly getDelegate?: () => TracerProvider }): TracerProvider {
  return provider.getDelegate?.() ?? provider;
}

const getter = {
  keys: (from: CallTraceContext) => Object.keys(from),
  get: (from: CallTraceContext, key: string) => (from as Readonly<Record<string, string>>)[key],
};

function isEmpty({ traceparent, tracestate, baggage }: CallTraceContext): boolean {
  return traceparent === undefined && tracestate === undefined && baggage === undefined;
}

function linksTo(around: SpanContext | undefined): Link[] | undefined {
  return around !== undefined && isSpanContextValid(around) ? [{ context: around }] : undefined;
}

function nameOf({ isKnown, target }: CallRecord, attributes: Attributes): string {
  const method = String(attributes['mcp.method.name']);
  const isNamed = isKnown && (target?.kind === 'tool' || target?.kind === 'prompt') && target.name !== undefined;
  return isNamed ? `${method} ${target.name}` : method;
}

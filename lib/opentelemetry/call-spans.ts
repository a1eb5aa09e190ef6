import type { Attributes, Context, Span, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, context, isSpanContextValid, propagation, trace } from '@opentelemetry/api';
import type { CallRecord } from '../server/calls/call-record.js';
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
    const tracer = (this.#options.tracerProvider ?? trace.getTracerProvider()).getTracer(instrumentation);
    const around = trace.getSpanContext(active);
    // The HTTP span is the parent when the client gave none of its own.
    const isLinked = parent !== active && around !== undefined && isSpanContextValid(around);
    const isRecorded = this.#options.recordArguments && call.method === 'tools/call';
    const attributes = spanAttributes(call);
    if (isRecorded) Object.assign(attributes, contentAttribute('gen_ai.tool.call.arguments', call.sentArguments()));
    const links = isLinked ? [{ context: around }] : [];
    const span = tracer.startSpan(nameOf(call, attributes), { kind: SpanKind.SERVER, attributes, links }, parent);
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

  #tellFailure(call: CallRecord, span: Span): void {
    span.setAttributes(errorAttributes(call));
    if (call.outcome === 'refused') span.addEvent('express_mcp.refused', refusalAttributes(call));
    const message = describeError(call);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message === undefined ? {} : { message }) });
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

function nameOf({ isKnown, target }: CallRecord, attributes: Attributes): string {
  const method = String(attributes['mcp.method.name']);
  const isNamed = isKnown && (target?.kind === 'tool' || target?.kind === 'prompt') && target.name !== undefined;
  return isNamed ? `${method} ${target.name}` : method;
}

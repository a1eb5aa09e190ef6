import type { Histogram, Meter, MeterProvider } from '@opentelemetry/api';
import { metrics } from '@opentelemetry/api';
import type { CallRecord, SessionRecord } from '../server/calls/call-record.js';
import { commonAttributes, errorAttributes, transportAttributes } from './call-attributes.js';
import { instrumentation } from './call-spans.js';
import { observeEndpoints } from './endpoint-gauges.js';

// Semantic conventions for MCP: the boundaries SHOULD be these, in seconds.
const durationBuckets = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** The instruments of one meter provider. */
interface Instruments {
  readonly provider: MeterProvider;
  readonly operation: Histogram;
  readonly session: Histogram;
  readonly stopObserving: () => void;
}

/**
 * Measurements of calls and sessions, and the numbers of endpoints. The global meter provider may be registered later: unlike that of
 * traces it has no stand-in, so instruments are made anew when it became another.
 */
export class CallMetrics {
  readonly #given: MeterProvider | undefined;
  #instruments: Instruments | undefined;

  /** @param given - undefined for the global one */
  constructor(given: MeterProvider | undefined) {
    this.#given = given;
  }

  /** Makes the instruments, if there are none of the provider of now. */
  prepare(): Instruments {
    const provider = this.#given ?? metrics.getMeterProvider();
    if (this.#instruments?.provider === provider) return this.#instruments;
    this.#instruments?.stopObserving();
    const meter = provider.getMeter(instrumentation);
    this.#instruments = {
      provider,
      operation: histogram(
        meter,
        'mcp.server.operation.duration',
        'Duration of an MCP request as the server sees it, from its arrival until its result is there.',
      ),
      session: histogram(meter, 'mcp.server.session.duration', 'Duration of an MCP session as the server sees it.'),
      stopObserving: observeEndpoints(meter),
    };
    return this.#instruments;
  }

  /** A call is over. */
  recordCall(call: CallRecord): void {
    const attributes = commonAttributes(call);
    if (call.outcome !== 'ok') Object.assign(attributes, errorAttributes(call));
    this.prepare().operation.record((call.durationMs ?? 0) / 1000, attributes);
  }

  /** A session is over. */
  recordSession({ durationMs, protocolVersion, transport }: SessionRecord): void {
    this.prepare().session.record(durationMs / 1000, transportAttributes(transport, protocolVersion));
  }

  stop(): void {
    this.#instruments?.stopObserving();
  }
}

function histogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, {
    description,
    unit: 's',
    advice: { explicitBucketBoundaries: durationBuckets },
  });
}

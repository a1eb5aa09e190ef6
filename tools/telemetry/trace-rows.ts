import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { DrawnSpan } from './draw-trace.js';

/** Which of those who take part made a span. */
export function partyOf(span: ReadableSpan, upstreamPort: string): DrawnSpan['party'] {
  const { name } = span.instrumentationScope;
  if (name === 'express-mcp') return 'MCP';
  if (name === 'notes') return 'tool';
  if (name === 'client') return 'client';
  return portOf(span) === upstreamPort ? 'upstream' : 'HTTP';
}

function portOf({ attributes }: ReadableSpan): string {
  return String(attributes['server.port'] ?? attributes['net.host.port'] ?? '');
}

/** The spans of one trace as a tree, parents first, and brothers in the order in which they began. */
export function rowsOf(
  spans: readonly ReadableSpan[],
  party: (span: ReadableSpan) => DrawnSpan['party'],
): readonly DrawnSpan[] {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const startOf = ({ startTime: [seconds, nanoseconds] }: ReadableSpan): number => seconds * 1e3 + nanoseconds / 1e6;
  const first = Math.min(...spans.map(startOf));
  const below = (parent: string | undefined, depth: number): readonly DrawnSpan[] =>
    spans
      .filter(({ parentSpanContext }) => {
        const id = parentSpanContext?.spanId;
        return parent === undefined ? id === undefined || !ids.has(id) : id === parent;
      })
      .sort((one, other) => startOf(one) - startOf(other))
      .flatMap((span) => [
        {
          depth,
          party: party(span),
          name: span.name,
          kind: SpanKind[span.kind].toLowerCase(),
          facts: factsOf(span),
          startMs: startOf(span) - first,
          durationMs: span.duration[0] * 1e3 + span.duration[1] / 1e6,
        },
        ...below(span.spanContext().spanId, depth + 1),
      ]);
  return below(undefined, 0);
}

/** The little of a span that a reader looks for: status, refusal, and whether it links to the HTTP span. */
function factsOf({ attributes, events, links }: ReadableSpan): readonly string[] {
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code'];
  const refusals = events
    .filter(({ name }) => name === 'express_mcp.refused')
    .map(({ attributes: of = {} }) => {
      const missing = (of['express_mcp.missing_scopes'] ?? []) as readonly string[];
      const scopes = missing.length === 0 ? '' : `, missing ${missing.join(' ')}`;
      return `refused: ${String(of['express_mcp.decision.code'])}${scopes}`;
    });
  return [
    ...(status === undefined ? [] : [String(status)]),
    ...refusals,
    ...(links.length === 0 ? [] : ['link to HTTP']),
  ];
}

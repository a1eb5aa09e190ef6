import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isOfStorage } from '../../stores/storage-unavailable.js';
import type { ErrorReporter } from './report-error.js';
import { reportError } from './report-error.js';

/** The request that an error belongs to, as far as a report names it. */
export interface ReportedRequest {
  readonly endpoint: { readonly reportError: ErrorReporter };
  readonly request: { readonly method: string };
}

/**
 * What becomes of an error that was thrown while a request was served: one of ours passes, any other is reported inside, and the
 * client gets a fixed text and a reference. What a store failed with is reported, too; the client only hears when to come again.
 *
 * @param error - what was thrown
 * @param call - the request
 * @param target - name or URI of what was running
 */
export function maskError(error: unknown, call: ReportedRequest, target?: string): ExpressMcpError {
  if (isOfStorage(error)) return failWithStorage(error, call, target);
  if (error instanceof ExpressMcpError) return error;
  const reference = reportError(call.endpoint.reportError, error, { method: call.request.method, target });
  return new ProtocolError('internal_error', undefined, { data: { reference } });
}

/**
 * A listener that reports what failed on the way to something that the client is told nothing about.
 *
 * @param call - the request, or what stands for one
 */
export function reporterOf(call: ReportedRequest): (error: unknown, target: string | undefined) => void {
  return (error, target) => void maskError(error, call, target);
}

// While a store is away every request would say the same.
const betweenReportsMs = 1000;
const reportedAt = new WeakMap<ReportedRequest['endpoint'], number>();

function failWithStorage(error: ProtocolError, call: ReportedRequest, target: string | undefined): ProtocolError {
  const { endpoint, request } = call;
  const now = performance.now();
  if (now - (reportedAt.get(endpoint) ?? -Infinity) < betweenReportsMs) return error;
  reportedAt.set(endpoint, now);
  const reference = reportError(endpoint.reportError, error, { method: request.method, target });
  const { cause, data, responseHeaders: headers } = error;
  return new ProtocolError('storage_unavailable', undefined, { cause, data: { ...data, reference }, headers });
}

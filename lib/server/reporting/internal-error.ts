import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isOfStorage } from '../../stores/storage-unavailable.js';
import type { ErrorReporter } from './report-error.js';
import { reportError } from './report-error.js';

/** The request that an error belongs to, as a report names it. */
export interface ReportedRequest {
  readonly endpoint: { readonly reportError: ErrorReporter };
  readonly request: { readonly method: string };
}

/**
 * Turns an error of a request into one for the client. Errors of ours pass. Any other is reported to the operator, and the client gets
 * a fixed text and a reference. The cause of a store failure is also reported; the client only learns when to retry.
 *
 * @param error - the error that was thrown
 * @param call - the request
 * @param target - name or URI of the item that was running
 */
export function maskError(error: unknown, call: ReportedRequest, target?: string): ExpressMcpError {
  if (isOfStorage(error)) return failWithStorage(error, call, target);
  if (error instanceof ExpressMcpError) return error;
  const reference = reportError(call.endpoint.reportError, error, { method: call.request.method, target });
  return new ProtocolError('internal_error', undefined, { data: { reference } });
}

/**
 * Makes a listener that reports failures that are hidden from the client.
 *
 * @param call - the request, or a substitute
 */
export function reporterOf(call: ReportedRequest): (error: unknown, target: string | undefined) => void {
  return (error, target) => void maskError(error, call, target);
}

// While a store is down, every request would report the same.
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

import { ExpressMcpError } from '../errors/express-mcp-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import type { Call } from './call.js';
import { reportError } from './report-error.js';

/**
 * What becomes of an error that a handler threw: one of ours passes, any other is reported inside, and the client gets
 * a fixed text and a reference.
 *
 * @param error - what was thrown
 * @param call - the request
 * @param target - name or URI of what was running
 */
export function failInside(error: unknown, call: Call, target?: string): ExpressMcpError {
  if (error instanceof ExpressMcpError) return error;
  const reference = reportError(call.endpoint.reportError, error, { method: call.request.method, target });
  return new ProtocolError('internal_error', undefined, { data: { reference } });
}

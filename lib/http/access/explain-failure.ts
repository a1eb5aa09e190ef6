import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ServerError } from '../../errors/server-error.js';
import { ClaimMismatchError } from '../../oauth/claim-mismatch-error.js';
import type { ErrorReporter } from '../../server/reporting/report-error.js';
import { reportError } from '../../server/reporting/report-error.js';
import { stderrReporter } from '../../server/reporting/stderr-reporter.js';
import type { ProtectedResource } from '../resource/protected-resource.js';

/**
 * Turns an error that is not for callers into one that is: it is reported, and the caller gets a reference. Errors of ours pass.
 *
 * @param error - anything that was thrown while a caller was authenticated, or a decision put on record
 * @param resource - the endpoint; undefined where no `mcpAuth` protects it
 * @param reporterBehind - finds the reporter of the router, for endpoints that have none of their own
 */
export function explainFailure(
  error: unknown,
  resource: ProtectedResource | undefined,
  reporterBehind: () => ErrorReporter | undefined,
): unknown {
  if (error instanceof ExpressMcpError) {
    if (resource !== undefined && error.cause instanceof ClaimMismatchError) warnOnce(error.cause, resource);
    return error;
  }
  const reporter = resource?.onError ?? reporterBehind() ?? stderrReporter;
  const method = resource === undefined ? 'mcpRouter' : 'mcpAuth';
  const reference = reportError(reporter, error, { method, target: resource?.identifier });
  return new ServerError(reference, { cause: error });
}

const warned = new WeakMap<ProtectedResource, Set<string>>();

/** A wrong audience or issuer is nearly always a mistake in the configuration, and the caller is not told the values. */
function warnOnce({ claim, message }: ClaimMismatchError, resource: ProtectedResource): void {
  const claims = warned.get(resource) ?? new Set();
  warned.set(resource, claims);
  if (claims.has(claim)) return;
  claims.add(claim);
  process.emitWarning(`${message}. (Said once for ${resource.identifier}; onDecision has it every time.)`, {
    type: 'ExpressMcpWarning',
    code: `EXPRESS_MCP_WRONG_${claim.toUpperCase()}`,
  });
}

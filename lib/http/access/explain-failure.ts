import { readableError } from '../../errors/readable-error.js';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ServerError } from '../../errors/server-error.js';
import type { ErrorReporter } from '../../server/reporting/report-error.js';
import { reportError } from '../../server/reporting/report-error.js';
import { stderrReporter } from '../../server/reporting/stderr-reporter.js';
import type { ProblemListener } from '../resource/problem.js';
import { stderrProblems } from '../resource/problem.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import { findProblem } from './find-problem.js';

/** Listeners of the endpoint behind a guard, for endpoints whose `mcpAuth` got none. */
export interface ListenersBehind {
  readonly reporter?: ErrorReporter | undefined;
  readonly onProblem?: ProblemListener | undefined;
}

/**
 * Turns an internal error into one for callers: it reports the error, and the caller gets a reference. Errors of ours pass; if a
 * problem caused one, the operator is told.
 *
 * @param thrown - anything that was thrown while a caller was authenticated or a decision recorded
 * @param resource - the endpoint; undefined where no `mcpAuth` protects it
 * @param listenersBehind - finds those of the router, for endpoints that have none of their own
 */
export function explainFailure(
  thrown: unknown,
  resource: ProtectedResource | undefined,
  listenersBehind: () => ListenersBehind | undefined,
): unknown {
  const error = readableError(thrown);
  if (error instanceof ExpressMcpError) {
    if (resource !== undefined) tellProblem(error, resource, listenersBehind);
    return error;
  }
  const reporter = resource?.onError ?? listenersBehind()?.reporter ?? stderrReporter;
  const method = resource === undefined ? 'mcpRouter' : 'mcpAuth';
  const reference = reportError(reporter, error, { method, target: resource?.identifier });
  return new ServerError(reference, { cause: error });
}

function tellProblem(
  error: ExpressMcpError,
  resource: ProtectedResource,
  listenersBehind: () => ListenersBehind | undefined,
): void {
  const problem = findProblem(error, resource);
  if (problem === undefined) return;
  resource.problems.tell(problem, resource.onProblem ?? listenersBehind()?.onProblem ?? stderrProblems);
}

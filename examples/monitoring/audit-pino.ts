import type { CallListener } from 'express-mcp';
import type { Logger } from 'pino';

/** Logs each call with its outcome and duration; failed ones as warnings. */
export function auditWithPino(logger: Logger): CallListener {
  return ({ method, target, subject, clientId, outcome, errorCode, missingScopes, reference, durationMs }) => {
    const call = { method, target: target?.name, subject, clientId, outcome };
    const failure = { errorCode, missingScopes, reference };
    logger[outcome === 'ok' ? 'info' : 'warn']({ ...call, ...failure, durationMs }, 'MCP call');
  };
}

import type { CallListener } from 'express-mcp';
import type { Logger } from 'winston';

/** Logs each call with its outcome and duration; failed ones as warnings. */
export function auditWithWinston(logger: Logger): CallListener {
  return ({ method, target, subject, clientId, outcome, errorCode, missingScopes, reference, durationMs }) => {
    const call = { method, target: target?.name, subject, clientId, outcome };
    const failure = { errorCode, missingScopes, reference };
    logger.log({ level: outcome === 'ok' ? 'info' : 'warn', message: 'MCP call', ...call, ...failure, durationMs });
  };
}

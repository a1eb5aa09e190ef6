import type { ErrorReporter } from './report-error.js';

/**
 * Where errors go that clients are told nothing about, unless the app says otherwise: stderr, which on stdio is the log
 * as well (MCP `basic/transports/stdio`). A silent default would hide every bug in a handler.
 */
export const stderrReporter: ErrorReporter = (error, { reference, method, target }) => {
  const where = target === undefined ? method : `${method} ${target}`;
  // eslint-disable-next-line no-console -- it is the app's log, and the app can give a hook instead.
  console.error(`express-mcp: error ${reference} in ${where}:`, error);
};

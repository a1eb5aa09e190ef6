import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import { assertMembers } from '../errors/assert-members.js';
import { ExpressMcpError } from '../errors/express-mcp-error.js';
import { answerError } from '../http/access/error-response.js';
import { findRequestState } from '../http/access/request-identity.js';

/** Options of `mcpErrorHandler`. There are none yet; the parameter keeps the place for them. */
export type McpErrorHandlerOptions = Readonly<Record<string, never>>;

/**
 * The terminal error middleware: renders the errors of express-mcp (status, challenge, body) and hands everything else
 * on untouched, also when the answer began already. Mount it after everything that may raise them; error middleware
 * before it, such as logging, sees every refusal.
 *
 * @throws ConfigurationError `unknown_option`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { mcpErrorHandler } from 'express-mcp';
 *
 * const app = express();
 * app.use(mcpErrorHandler());
 * ```
 *
 * @see RFC 6750 §3; docs/errors.md has the whole table
 */
export function mcpErrorHandler(options: McpErrorHandlerOptions = {}): ErrorRequestHandler {
  assertMembers(options, [], 'mcpErrorHandler');

  // Express knows error middleware by its four parameters.
  return function mcpErrorHandlerMiddleware(
    error: unknown,
    request: Request,
    response: Response,
    next: NextFunction,
  ): void {
    if (!(error instanceof ExpressMcpError) || response.headersSent) {
      next(error);
      return;
    }
    const { status, headers, body } = answerError(error, findRequestState(request));
    response.writeHead(status, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
}

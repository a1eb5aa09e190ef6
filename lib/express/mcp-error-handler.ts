import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertMembers } from '../errors/assert-members.js';
import { ExpressMcpError } from '../errors/express-mcp-error.js';
import type { Next } from '../http/fields/hosted-request.js';
import { answerError } from '../http/access/error-response.js';
import { findIdentity } from '../http/access/request-identity.js';

/** Error middleware as Express and connect call it. */
export type ErrorMiddleware = (error: unknown, request: IncomingMessage, response: ServerResponse, next: Next) => void;

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
export function mcpErrorHandler(options: McpErrorHandlerOptions = {}): ErrorMiddleware {
  assertMembers(options, [], 'mcpErrorHandler');

  // Express knows error middleware by its four parameters.
  return function mcpErrorHandlerMiddleware(
    error: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    next: Next,
  ): void {
    if (!(error instanceof ExpressMcpError) || response.headersSent) {
      next(error);
      return;
    }
    const { status, headers, body } = answerError(error, findIdentity(request));
    response.writeHead(status, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
}

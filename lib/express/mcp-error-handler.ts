import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ForeignNames } from '../errors/assert-members.js';
import { assertMembers } from '../errors/assert-members.js';
import type { Next } from '../http/fields/hosted-request.js';
import { findIdentity } from '../http/access/request-identity.js';
import { writeError } from '../http/access/write-error.js';
import { assertCalled } from './assert-called.js';
import { registerErrorHandler } from './error-handlers.js';

/** Error middleware as Express and connect call it. */
export type ErrorMiddleware = (error: unknown, request: IncomingMessage, response: ServerResponse, next: Next) => void;

const ownMiddleware = 'error middleware of your own in front of mcpErrorHandler(): it sees every refusal';

/** Options that other error handlers take. */
const foreignOptions: ForeignNames = {
  realm: 'it into mcpAuth: mcpAuth({ realm: "notes" })',
  onError: 'it into mcpRouter: mcpRouter(registry, { onError })',
  log: ownMiddleware,
  logger: ownMiddleware,
  debug: ownMiddleware,
};

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
  assertCalled(options, 'mcpErrorHandler', 'mcpErrorHandler()');
  assertMembers(options, [], 'mcpErrorHandler', foreignOptions);

  // Express knows error middleware by its four parameters.
  function mcpErrorHandlerMiddleware(
    error: unknown,
    request: IncomingMessage,
    response: ServerResponse,
    next: Next,
  ): void {
    // Hosts that do not know error middleware, such as NestJS's `consumer.apply`, call it like any other: request, response, next.
    if (typeof response === 'function') (response as Next)();
    else if (!writeError(error, response, findIdentity(request))) next(error);
  }

  registerErrorHandler(mcpErrorHandlerMiddleware);
  return mcpErrorHandlerMiddleware;
}

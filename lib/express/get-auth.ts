import type { IncomingMessage } from 'node:http';
import type { Auth } from '../oauth/auth.js';
import { findRequestState } from './request-state.js';

/**
 * Who sent a request, with types: the same object as `req.auth`. Works in any handler behind `mcpAuth`.
 *
 * @param request - the Express request
 * @returns undefined when nobody signed in, or no `mcpAuth` took the request for its own
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { getAuth } from 'express-mcp';
 *
 * const app = express();
 * app.use((req, _res, next) => {
 *   console.log(getAuth(req)?.subject);
 *   next();
 * });
 * ```
 */
export function getAuth(request: IncomingMessage): Auth | undefined {
  return findRequestState(request)?.auth;
}

import type { IncomingMessage } from 'node:http';
import type { Auth } from '../../oauth/auth.js';
import type { Claims } from '../../oauth/claim-mapping.js';
import { findIdentity } from './request-identity.js';

/**
 * The caller of a request, with types: the same object as `req.auth`. Works in any handler behind `mcpAuth`.
 *
 * @typeParam TokenClaims - type of `claims`, as the app knows its issuer; nothing checks it
 * @param request - the Express request
 * @returns undefined if the caller did not sign in, or no `mcpAuth` covers the request
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
export function getAuth<TokenClaims = Claims>(request: IncomingMessage): Auth<TokenClaims> | undefined {
  return findIdentity(request)?.auth as Auth<TokenClaims> | undefined;
}

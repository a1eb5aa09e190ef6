import type { Request } from 'express';
import { UnauthorizedError } from '../errors/unauthorized-error.js';
import type { Auth } from '../oauth/auth.js';
import { createAuth } from '../oauth/auth.js';
import { findBearerToken } from '../oauth/bearer-token.js';
import type { ProtectedResource } from './protected-resource.js';

/**
 * Finds out who sends a request.
 *
 * @returns undefined for a caller without credentials, where that is allowed
 * @throws UnauthorizedError, InvalidRequestError, InvalidTokenError or TemporarilyUnavailableError
 */
export async function authenticate(request: Request, resource: ProtectedResource): Promise<Auth | undefined> {
  const token = findBearerToken({
    // `headers` keeps the first of several fields only; `headersDistinct` has them all.
    authorization: request.headersDistinct['authorization'] ?? [],
    inQuery: hasTokenInQuery(request.originalUrl),
  });
  if (token === undefined) {
    if (resource.allowAnonymous) return undefined;
    throw new UnauthorizedError(resource.requiredScopes);
  }
  const verified = await resource.verifier.verify(token);
  return createAuth(verified, { token, hierarchy: resource.hierarchy, resource: resource.url });
}

function hasTokenInQuery(url: string): boolean {
  const query = url.indexOf('?');
  return query !== -1 && new URLSearchParams(url.slice(query)).has('access_token');
}

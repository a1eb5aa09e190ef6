import type { Request } from 'express';
import { UnauthorizedError } from '../errors/unauthorized-error.js';
import { findCredentials } from '../oauth/access-credentials.js';
import type { Auth } from '../oauth/auth.js';
import { createAuth } from '../oauth/auth.js';
import { rejectRevoked } from '../oauth/revocation.js';
import { clientCertificate } from './client-certificate.js';
import { headerFields } from './header-fields.js';
import type { ProtectedResource } from './protected-resource.js';
import type { RequestState } from './request-state.js';

/** What was found out about a caller. */
export interface Authenticated {
  /** Undefined for a caller without credentials, where that is allowed. */
  readonly auth: Auth | undefined;
  /** A nonce for the client's next DPoP proof. */
  readonly nextNonce?: string | undefined;
}

/**
 * Finds out who sends a request.
 *
 * @param state - learns the scheme, which the words of a refusal depend on
 * @throws UnauthorizedError, InvalidRequestError, InvalidTokenError, InvalidDpopProofError, DpopNonceRequiredError or
 *   TemporarilyUnavailableError
 */
export async function authenticate(
  request: Request,
  resource: ProtectedResource,
  state: RequestState,
): Promise<Authenticated> {
  const credentials = findCredentials(
    {
      authorization: headerFields(request, 'authorization'),
      inQuery: hasTokenInQuery(request.originalUrl),
    },
    resource.schemes,
  );
  if (credentials === undefined) {
    if (resource.allowAnonymous) return { auth: undefined };
    throw new UnauthorizedError(resource.requiredScopes);
  }
  state.scheme = credentials.scheme;
  const verified = await resource.verifier.verify(credentials.token);
  const nextNonce = await resource.senderConstraint.confirm(verified.claims['cnf'], {
    ...credentials,
    method: request.method,
    proofs: credentials.scheme === 'DPoP' ? headerFields(request, 'dpop') : [],
    certificate: () => clientCertificate(request, resource.clientCertificateHeader),
  });
  const { revocation } = resource;
  if (revocation !== undefined) {
    state.recheck = () => rejectRevoked(verified, revocation);
    await state.recheck();
  }
  const { token } = credentials;
  return { auth: createAuth(verified, { token, hierarchy: resource.hierarchy, resource: resource.url }), nextNonce };
}

function hasTokenInQuery(url: string): boolean {
  const query = url.indexOf('?');
  return query !== -1 && new URLSearchParams(url.slice(query)).has('access_token');
}

import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import type { AccessCredentials, AccessScheme } from '../../oauth/access-credentials.js';
import { findCredentials } from '../../oauth/access-credentials.js';
import type { Auth } from '../../oauth/auth.js';
import { createAuth } from '../../oauth/auth.js';
import type { Presented } from '../../oauth/sender-constraint.js';
import { rejectRevoked } from '../../oauth/revocation.js';
import type { VerifiedToken } from '../../oauth/token-verifier.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import { clientCertificate } from '../fields/client-certificate.js';
import type { HostedRequest } from '../fields/hosted-request.js';
import { headerFields } from '../fields/repeated-fields.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import type { RequestIdentity } from './request-identity.js';

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
 * @param identity - learns the scheme, which the words of a refusal depend on
 * @returns who it is, at once when all is known already
 * @throws UnauthorizedError, InvalidRequestError, InvalidTokenError, InvalidDpopProofError, DpopNonceRequiredError or
 *   TemporarilyUnavailableError, or rejects with them
 */
export function authenticate(
  request: HostedRequest,
  resource: ProtectedResource,
  identity: RequestIdentity,
): Eventually<Authenticated> {
  const credentials = findCredentials(
    {
      authorization: headerFields(request, 'authorization'),
      inQuery: hasTokenInQuery(request.originalUrl ?? request.url ?? ''),
    },
    resource.schemes,
  );
  if (credentials === undefined) {
    if (resource.allowAnonymous) return nobody;
    throw new UnauthorizedError(resource.requiredScopes);
  }
  identity.scheme = credentials.scheme;
  const verified = resource.verifier.verify(credentials.token);
  return andThen(verified, (found) => confirm(found, credentials, { request, resource, identity }));
}

const nobody: Authenticated = { auth: undefined };

/** Whether who sends a good token may use it, and may do so still. */
function confirm(
  verified: VerifiedToken,
  credentials: AccessCredentials,
  { request, resource, identity }: { request: HostedRequest; resource: ProtectedResource; identity: RequestIdentity },
): Eventually<Authenticated> {
  const { hierarchy, revocation, revocationOfStreams, senderConstraint, url } = resource;
  const presented = new PresentedWithRequest(credentials, request, resource);
  const nonce = senderConstraint.confirm(verified.claims['cnf'], presented);
  return andThen(nonce, (nextNonce) => {
    const authenticated = (): Authenticated => ({
      auth: createAuth(verified, { token: credentials.token, hierarchy, resource: url }),
      nextNonce,
    });
    if (revocation === undefined || revocationOfStreams === undefined) return authenticated();
    identity.recheck = () => rejectRevoked(verified, revocationOfStreams);
    return rejectRevoked(verified, revocation).then(authenticated);
  });
}

/** Credentials, and what else the request shows, read when it is asked for. */
class PresentedWithRequest implements Presented {
  readonly scheme: AccessScheme;
  readonly token: string;
  readonly #request: HostedRequest;
  readonly #resource: ProtectedResource;

  constructor({ scheme, token }: AccessCredentials, request: HostedRequest, resource: ProtectedResource) {
    this.scheme = scheme;
    this.token = token;
    this.#request = request;
    this.#resource = resource;
  }

  get method(): string {
    return this.#request.method ?? '';
  }

  get proofs(): readonly string[] {
    return headerFields(this.#request, 'dpop');
  }

  certificate(): Uint8Array | undefined {
    return clientCertificate(this.#request, this.#resource.clientCertificateHeader);
  }
}

function hasTokenInQuery(url: string): boolean {
  const query = url.indexOf('?');
  return query !== -1 && new URLSearchParams(url.slice(query)).has('access_token');
}

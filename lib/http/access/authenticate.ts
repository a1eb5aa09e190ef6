import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import { withoutStack } from '../../errors/without-stack.js';
import type { AccessCredentials, AccessScheme } from '../../oauth/access-credentials.js';
import { findCredentials } from '../../oauth/access-credentials.js';
import type { Auth } from '../../oauth/auth.js';
import type { Presented } from '../../oauth/sender-constraint.js';
import { rejectRevoked } from '../../oauth/revocation.js';
import { hashToken } from '../../oauth/token-hash.js';
import type { VerifiedToken } from '../../oauth/token-verifier.js';
import { checkVerdict } from '../../oauth/verdict.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import { principalOf } from '../../server/authorization/principal.js';
import { clientCertificate } from '../fields/client-certificate.js';
import type { HostedRequest } from '../fields/hosted-request.js';
import { headerFields } from '../fields/repeated-fields.js';
import { isSameSite } from '../fields/same-site.js';
import type { AppAuthentication } from '../resource/app-authentication.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import { recheckCredentials } from './recheck-credentials.js';
import type { RequestIdentity } from './request-identity.js';

/** The result of authentication: the caller, and what the answer has to carry. */
export interface Authenticated {
  /** Undefined for a caller without credentials, where that is allowed. */
  readonly auth: Auth | undefined;
  /** A nonce for the client's next DPoP proof. */
  readonly nextNonce?: string | undefined;
}

/**
 * Finds out who sends a request.
 *
 * @param identity - receives the scheme, which decides the wording of a refusal
 * @param publicUrl - tells the URL that a proof has to be made for. Default: that of the endpoint
 * @returns the caller, at once if no lookup is needed
 * @throws UnauthorizedError, InvalidRequestError, InvalidTokenError, InvalidDpopProofError, DpopNonceRequiredError or
 *   TemporarilyUnavailableError, or rejects with them
 */
export function authenticate(
  request: HostedRequest,
  resource: ProtectedResource,
  identity: RequestIdentity,
  publicUrl: () => URL = () => resource.url,
): Eventually<Authenticated> {
  const authorization = headerFields(request, 'authorization');
  const inQuery = hasTokenInQuery(request.originalUrl ?? request.url ?? '');
  const credentials = findCredentials({ authorization, inQuery }, resource.schemes, resource.maxTokenLength);
  if (resource.application !== undefined) {
    return authenticateByApp(resource.application, {
      request,
      resource,
      identity,
      publicUrl,
      credentials,
      authorization,
    });
  }
  if (credentials === undefined) return unknownCaller(resource, identity, undefined);
  identity.scheme = credentials.scheme;
  const verified = resource.verifier.verify(credentials.token, request);
  return andThen(verified, (found) => confirm(found, credentials, { request, resource, identity, publicUrl }));
}

const nobody: Authenticated = { auth: undefined };

/** A request and the endpoint that it is for. */
interface Asked {
  readonly request: HostedRequest;
  readonly resource: ProtectedResource;
  readonly identity: RequestIdentity;
  readonly publicUrl: () => URL;
}

/** A request whose caller the app may know. */
interface AskedRequest extends Asked {
  /** A token, if the request has one. */
  readonly credentials: AccessCredentials | undefined;
  /** Its `Authorization` header fields, of any scheme. */
  readonly authorization: readonly string[];
}

/** Asks the app for a caller that its middleware has authenticated. The result is checked like a verifier's. */
function authenticateByApp(
  { authenticate: ask, allowCookies }: AppAuthentication,
  { credentials, authorization, ...asked }: AskedRequest,
): Eventually<Authenticated> {
  const { request, resource, identity } = asked;
  const wish = wishShownBy(authorization);
  if (wish === 'none' && !allowCookies) return unknownCaller(resource, identity, undefined);
  // Programs that are no browsers send no Origin, and browsers send one with every POST.
  const mayBePage = wish === 'none' || (wish === 'ambient' && request.headers.origin !== undefined);
  if (mayBePage && !isSameSite(request.headers, resource.url)) {
    return unknownCaller(resource, identity, foreignPage());
  }
  identity.scheme = credentials?.scheme;
  return andThen(ask(request), (verdict: unknown) => {
    if (verdict !== undefined && verdict !== null) {
      const verified = checkVerdict(verdict, resource.url);
      return confirm(verified, credentials ?? noToken, asked);
    }
    if (credentials !== undefined) throw withoutStack(unknownToApp);
    return unknownCaller(resource, identity, undefined);
  });
}

const noToken: AccessCredentials = { scheme: 'Bearer', token: '' };

// RFC 7617, RFC 7616, RFC 4559
const ambientSchemes = /^(?:basic|digest|negotiate|ntlm)(?![^\s,])/i;

/**
 * Tells whether the client wrote an `Authorization` header on purpose. Browsers add cookies, and the credentials of some schemes, to
 * every request whatever page it comes from (`ambient`). A program that means this endpoint writes all others.
 */
function wishShownBy(authorization: readonly string[]): 'ambient' | 'none' | 'written' {
  const fields = authorization.map((field) => field.trim()).filter((field) => field !== '');
  if (fields.length === 0) return 'none';
  return fields.every((field) => ambientSchemes.test(field)) ? 'ambient' : 'written';
}

function foreignPage(): Error {
  return new Error('A request with cookies, or what else a browser sends by itself, needs an Origin of the same site');
}

/** Most likely no middleware checked the token before. */
function unknownToApp(): InvalidTokenError {
  const cause = new Error(
    'authenticate knows no caller. Let the middleware that verifies tokens stand in front of mcpAuth',
  );
  return new InvalidTokenError(undefined, { cause });
}

function unknownCaller(
  { allowAnonymous, requiredScopes }: ProtectedResource,
  { wantedScopes = requiredScopes }: RequestIdentity,
  cause: Error | undefined,
): Authenticated {
  if (allowAnonymous) return nobody;
  throw new UnauthorizedError(wantedScopes, cause === undefined ? undefined : { cause });
}

/** Checks that the sender of a good token may use it, and still may. */
function confirm(verified: VerifiedToken, credentials: AccessCredentials, asked: Asked): Eventually<Authenticated> {
  const { resource, identity } = asked;
  const { callers, policy, revocation, senderConstraint } = resource;
  const { token } = credentials;
  identity.recheck = () => recheckCredentials({ verified, token, sender: asked.request }, resource);
  const presented = new PresentedWithRequest(credentials, verified, asked);
  const nonce = senderConstraint.confirm(verified.claims['cnf'], presented);
  return andThen(nonce, (nextNonce) => {
    const authenticated = (): Authenticated => ({
      auth: callers.make(verified, token),
      nextNonce,
    });
    if (revocation === undefined) return authenticated();
    return rejectRevoked(verified, revocation, policy.clockToleranceSeconds).then(authenticated);
  });
}

/** Credentials, and other parts of the request, which are read only if a verifier asks for them. */
class PresentedWithRequest implements Presented {
  readonly scheme: AccessScheme;
  readonly token: string;
  readonly #verified: VerifiedToken;
  readonly #asked: Asked;

  constructor({ scheme, token }: AccessCredentials, verified: VerifiedToken, asked: Asked) {
    this.scheme = scheme;
    this.token = token;
    this.#verified = verified;
    this.#asked = asked;
  }

  get method(): string {
    return this.#asked.request.method ?? '';
  }

  get url(): URL {
    return this.#asked.publicUrl();
  }

  get owner(): string {
    return hashToken(principalOf({ auth: this.#verified, endpointId: this.#asked.resource.identifier }));
  }

  get proofs(): readonly string[] {
    return headerFields(this.#asked.request, 'dpop');
  }

  certificate(): Uint8Array | undefined {
    const { request, resource } = this.#asked;
    return clientCertificate(request, resource.clientCertificateHeader);
  }
}

function hasTokenInQuery(url: string): boolean {
  const query = url.indexOf('?');
  return query !== -1 && new URLSearchParams(url.slice(query)).has('access_token');
}

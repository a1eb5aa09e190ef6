import { invalidOption } from '../../errors/invalid-option.js';
import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import { BrokenContractError } from '../../oauth/broken-contract-error.js';
import type { Claims } from '../../oauth/claim-mapping.js';
import { compileClaimMapping } from '../../oauth/claim-mapping.js';
import type { TokenVerdict } from '../../oauth/token-verifier.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import type { McpAuthOptions } from './auth-options.js';
import type { Authenticate, AuthenticatedRequest } from './authenticated-request.js';

/** How an endpoint learns of callers that the app has authenticated. */
export interface AppAuthentication {
  readonly authenticate: Authenticate;
  readonly allowCookies: boolean;
}

const others = ['issuer', 'issuers', 'verifier', 'verifiers', 'cache'] as const;

/**
 * Checks `authenticate` and `allowCookies`.
 *
 * @returns undefined when the endpoint verifies tokens itself
 * @throws ConfigurationError `invalid_option`
 */
export function resolveAppAuthentication(options: McpAuthOptions): AppAuthentication | undefined {
  const { authenticate, allowCookies } = options;
  if (allowCookies !== undefined && typeof allowCookies !== 'boolean') {
    throw invalidOption('mcpAuth', 'allowCookies must be true or false');
  }
  if (authenticate === undefined) {
    if (allowCookies === undefined) return undefined;
    throw invalidOption('mcpAuth', 'allowCookies is of use with authenticate only');
  }
  if (typeof authenticate !== 'function') {
    throw invalidOption(
      'mcpAuth',
      'authenticate must be a function that tells who sends a request, such as fromSdkAuth',
    );
  }
  const other = others.find((name) => options[name] !== undefined);
  if (other === undefined) return { authenticate, allowCookies: allowCookies === true };
  throw invalidOption(
    'mcpAuth',
    `authenticate decides alone, so ${other} would do nothing. Drop one of them; where clients sign in is said by ` +
      'authorizationServers: ["https://login.example.com"]',
  );
}

/**
 * The caller that `requireBearerAuth` of the official SDK has authenticated, for `mcpAuth({ authenticate: fromSdkAuth })`. The subject
 * is the `sub` of `extra`, if the verifier puts it there; a caller without one counts as the client itself.
 *
 * @param request - the request, with an `AuthInfo` at `auth`
 * @throws BrokenContractError for something else at `auth`
 */
export function fromSdkAuth({ auth }: AuthenticatedRequest): TokenVerdict | undefined {
  if (auth === undefined || auth === null) return undefined;
  const { extra = {}, ...info } = objectAt(auth, 'an AuthInfo of the official SDK') as TokenVerdict;
  const { iss } = extra;
  return { ...info, ...(typeof iss === 'string' ? { issuer: iss } : {}), claims: extra };
}

const readClaims = compileClaimMapping({}, 'fromJwtBearer');

/**
 * The caller that `auth()` of `express-oauth2-jwt-bearer` has authenticated, for `mcpAuth({ authenticate: fromJwtBearer })`.
 *
 * @param request - the request, with the payload of a JWT at `auth`
 * @throws InvalidTokenError if the token names neither a user nor a client
 * @throws BrokenContractError for another object at `auth`
 */
export function fromJwtBearer({ auth }: AuthenticatedRequest): Eventually<TokenVerdict | undefined> {
  if (auth === undefined || auth === null) return undefined;
  const { payload } = objectAt(auth, 'what express-oauth2-jwt-bearer puts there') as { readonly payload?: unknown };
  const claims = objectAt(payload, 'what express-oauth2-jwt-bearer puts there') as Claims;
  const { exp, iss } = claims;
  // RFC 9068 §2.2 requires an end.
  if (typeof exp !== 'number') throw new InvalidTokenError('The access token has no exp claim');
  return andThen(readClaims(claims), (mapped) => ({
    ...mapped,
    expiresAt: exp,
    ...(typeof iss === 'string' ? { issuer: iss } : {}),
    claims,
  }));
}

function objectAt(value: unknown, wanted: string): object {
  if (typeof value === 'object' && value !== null) return value;
  throw new BrokenContractError(`The member auth of the request is not ${wanted}`);
}

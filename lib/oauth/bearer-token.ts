import { InvalidRequestError } from '../errors/invalid-request-error.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';

/** Where a request may carry a token, rightly or wrongly. */
export interface TokenLocations {
  /** Every `Authorization` field of the request; more than one is an error. */
  readonly authorization: readonly string[];
  /** Whether the query has an `access_token` parameter. */
  readonly inQuery: boolean;
}

const longestToken = 8192;

// RFC 9110 §11.1: the scheme is case-insensitive. RFC 6750 §2.1: one space and more, then the token.
const bearerScheme = /^bearer(?: +|$)/i;

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Finds the bearer token of a request. Length and characters are checked here, before any work is spent on it.
 *
 * @param locations - where to look
 * @returns the token, or undefined when the request carries no bearer credentials
 * @throws InvalidRequestError when a token is sent twice, in the query, or in a malformed header field
 * @throws InvalidTokenError when the token cannot be one
 */
export function findBearerToken({ authorization, inQuery }: TokenLocations): string | undefined {
  // MCP basic/authorization#token-requirements and OAuth 2.1 §5.1: MUST NOT be in the query, whatever else is sent.
  if (inQuery) throw new InvalidRequestError('Send the access token in the Authorization header, not in the query');
  const [field] = authorization;
  if (field === undefined) return undefined;
  // RFC 6750 §2: clients MUST NOT use more than one way to send the token; RFC 9110 §11.6.2: the field is no list.
  if (authorization.length > 1) throw new InvalidRequestError('Send one Authorization header, not several');

  const value = field.trim();
  // RFC 6750 §3.1: another scheme counts as no authentication information, so the answer names no error.
  if (!bearerScheme.test(value)) return undefined;
  const token = value.replace(bearerScheme, '');
  if (token === '') throw new InvalidRequestError('The Authorization header names the Bearer scheme but no token');
  if (/[\s,]/.test(token)) throw new InvalidRequestError('The Authorization header must hold exactly one token');
  if (token.length > longestToken) throw new InvalidTokenError('The access token is too long');
  if (!b64token.test(token)) throw new InvalidTokenError('The access token has characters that no token has');
  return token;
}

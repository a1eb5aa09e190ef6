import { InvalidRequestError } from '../errors/invalid-request-error.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';

/** The schemes by which access tokens are sent. */
export type AccessScheme = 'Bearer' | 'DPoP';

/** The credentials of a request. */
export interface AccessCredentials {
  readonly scheme: AccessScheme;
  readonly token: string;
}

/** Where a request may carry a token, rightly or wrongly. */
export interface TokenLocations {
  /** Every `Authorization` field of the request; more than one is an error. */
  readonly authorization: readonly string[];
  /** Whether the query has an `access_token` parameter. */
  readonly inQuery: boolean;
}

/** Characters that a token may have unless an app says otherwise. */
export const defaultTokenLength = 16_384;

// RFC 9110 §11.1: the scheme is case-insensitive. RFC 6750 §2.1, RFC 9449 §7.1: one space and more, then the token.
const beforeToken = /^(bearer|dpop)(?: +|$)/i;

// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Finds the access token of a request. Length and characters are checked here, before any work is spent on it.
 *
 * @param locations - where to look
 * @param schemes - the schemes that count; any other is no authentication information
 * @param maxTokenLength - characters that a token may have
 * @returns undefined when the request carries no such credentials
 * @throws InvalidRequestError when a token is sent twice, in the query, or in a malformed header field
 * @throws InvalidTokenError when the token cannot be one
 */
export function findCredentials(
  { authorization, inQuery }: TokenLocations,
  schemes: readonly AccessScheme[],
  maxTokenLength = defaultTokenLength,
): AccessCredentials | undefined {
  // MCP basic/authorization#token-requirements and OAuth 2.1 §5.1: MUST NOT be in the query, whatever else is sent.
  if (inQuery) throw new InvalidRequestError('Send the access token in the Authorization header, not in the query');
  const [field] = authorization;
  if (field === undefined) return undefined;
  // RFC 6750 §2: clients MUST NOT use more than one way to send the token; RFC 9110 §11.6.2: the field is no list.
  if (authorization.length > 1) throw new InvalidRequestError('Send one Authorization header, not several');

  // RFC 6750 §3.1: another scheme counts as no authentication information, so the answer names no error.
  const trimmed = field.trim();
  const [opening = '', name] = beforeToken.exec(trimmed) ?? [];
  const scheme = schemes.find((each) => each.toLowerCase() === name?.toLowerCase());
  if (scheme === undefined) return undefined;
  const token = trimmed.slice(opening.length);
  assertToken(token, scheme, maxTokenLength);
  return { scheme, token };
}

function assertToken(token: string, scheme: AccessScheme, maxLength: number): void {
  if (token.length <= maxLength && b64token.test(token)) return;
  if (token === '') throw new InvalidRequestError(`The Authorization header names the ${scheme} scheme but no token`);
  if (/[\s,]/.test(token)) throw new InvalidRequestError('The Authorization header must hold exactly one token');
  if (token.length > maxLength) throw new InvalidTokenError('The access token is too long');
  throw new InvalidTokenError('The access token has characters that no token has');
}

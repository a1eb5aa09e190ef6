import { errorTable } from '../errors/error-table.js';
import { ExpressMcpError } from '../errors/express-mcp-error.js';
import { InsufficientScopeError } from '../errors/insufficient-scope-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import { UnauthorizedError } from '../errors/unauthorized-error.js';
import { buildErrorResponse } from '../jsonrpc/build-response.js';
import { buildChallenge } from '../oauth/challenge.js';
import type { ProtectedResource } from './protected-resource.js';
import { securityHeaders } from './security-headers.js';

/** An HTTP answer to an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The part of a protected resource that answers need. */
type ResourceFacts = Pick<ProtectedResource, 'metadataUrl' | 'realm' | 'requiredScopes'>;

/**
 * What HTTP says to one of our errors.
 *
 * @param error - the error
 * @param resource - the endpoint that it happened at; without one there is no metadata to point to
 */
export function answerError(error: ExpressMcpError, resource: ResourceFacts | undefined): ErrorAnswer {
  const { status } = errorTable[error.code];
  const challenge = challengeFor(error, resource);
  return {
    status,
    headers: {
      ...securityHeaders,
      'Content-Type': 'application/json; charset=utf-8',
      ...(challenge === undefined ? {} : { 'WWW-Authenticate': challenge }),
      ...ownHeaders(error),
    },
    body: error instanceof ProtocolError ? protocolBody(error) : oauthBody(error, resource),
  };
}

/**
 * Gives an error the members by which Express's own error handling answers rightly, should `mcpErrorHandler` have been
 * forgotten: `status` and `headers`.
 *
 * @param error - anything that was thrown
 * @returns the same error
 */
export function prepareError(error: unknown, resource: ResourceFacts | undefined): unknown {
  if (!(error instanceof ExpressMcpError) || !Object.isExtensible(error)) return error;
  const { status, headers } = answerError(error, resource);
  const { 'Content-Type': _ofOurBody, ...others } = headers;
  return Object.assign(error, { status, statusCode: status, headers: others });
}

function challengeFor(error: ExpressMcpError, resource: ResourceFacts | undefined): string | undefined {
  const scope = challengedScopes(error, resource);
  // RFC 9728 §5.1: resource_metadata tells the client where to find out how to sign in.
  const place = { realm: resource?.realm, resource_metadata: resource?.metadataUrl };
  switch (error.code) {
    // RFC 6750 §3.1: without any authentication information the answer SHOULD NOT include an error code.
    case 'unauthorized':
      return buildChallenge('Bearer', { ...place, scope });
    case 'invalid_token':
    case 'invalid_request':
    case 'insufficient_scope':
      return buildChallenge('Bearer', { ...place, error: error.code, scope, error_description: error.message });
    default:
      return undefined;
  }
}

/** RFC 6750 §3: scopes are separated by spaces; the attribute is left out when there are none to name. */
function challengedScopes(error: ExpressMcpError, resource: ResourceFacts | undefined): string | undefined {
  const isRefusal = error instanceof InsufficientScopeError || error instanceof UnauthorizedError;
  const scopes = isRefusal
    ? error.requiredScopes
    : error.code === 'invalid_token'
      ? resource?.requiredScopes
      : undefined;
  return scopes === undefined || scopes.length === 0 ? undefined : scopes.join(' ');
}

function ownHeaders(error: ExpressMcpError): Readonly<Record<string, string>> {
  if (error instanceof TemporarilyUnavailableError) return { 'Retry-After': String(error.retryAfterSeconds) };
  return error instanceof ProtocolError ? error.responseHeaders : {};
}

function oauthBody(error: ExpressMcpError, resource: ResourceFacts | undefined): string {
  return JSON.stringify({
    error: error.code,
    error_description: error.message,
    scope: challengedScopes(error, resource),
    resource_metadata: resource?.metadataUrl,
  });
}

/** MCP `basic/transports/streamable-http#sending-messages`: the body MAY be a JSON-RPC error response that has no id. */
function protocolBody(error: ProtocolError): string {
  const { jsonRpcCode } = errorTable[error.code];
  return buildErrorResponse(undefined, {
    code: jsonRpcCode,
    message: error.message,
    ...(error.data === undefined ? {} : { data: error.data }),
  });
}

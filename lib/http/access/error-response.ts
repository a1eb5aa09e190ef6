import { DpopNonceRequiredError } from '../../errors/dpop-nonce-required-error.js';
import { errorTable } from '../../errors/error-table.js';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientAuthenticationError } from '../../errors/insufficient-authentication-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { ServerError } from '../../errors/server-error.js';
import { TemporarilyUnavailableError } from '../../errors/temporarily-unavailable-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import { buildErrorResponse } from '../../jsonrpc/build-response.js';
import type { ErrorPlace } from './challenges.js';
import { authenticationDetails, challengesFor } from './challenges.js';
import { securityFields } from '../fields/response-fields.js';

/** An HTTP answer to an error. */
export interface ErrorAnswer {
  readonly status: number;
  /** All fields except those that describe the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/**
 * Makes the HTTP answer to one of our errors.
 *
 * @param error - the error
 * @param place - where it happened, if an `mcpAuth` saw the request
 */
export function answerError(error: ExpressMcpError, place: ErrorPlace | undefined): ErrorAnswer {
  const known = prepared.get(error);
  if (known !== undefined && known.place === place) return known.answer;
  if (!(error instanceof InsufficientScopeError) || place?.resource === undefined) return makeAnswer(error, place);
  return refusalAnswers.of(error, place, place.resource);
}

function makeAnswer(error: ExpressMcpError, place: ErrorPlace | undefined): ErrorAnswer {
  const { status } = errorTable[error.code];
  const scopes = challengedScopes(error, place);
  const scope = scopes.length === 0 ? undefined : scopes.join(' ');
  const challenge = challengesFor(error, scopes, place).join(', ');
  return {
    status,
    headers: {
      ...securityFields,
      ...(challenge === '' ? {} : { 'WWW-Authenticate': challenge }),
      ...ownHeaders(error),
    },
    body: error instanceof ProtocolError ? protocolBody(error) : oauthBody(error, scope, place?.resource),
  };
}

/**
 * The challenges of an error, one for each scheme.
 *
 * @param error - the error
 * @param place - where it happened
 * @returns none if other credentials would not help
 */
export function challengesOf(error: ExpressMcpError, place: ErrorPlace | undefined): readonly string[] {
  return challengesFor(error, challengedScopes(error, place), place);
}

/**
 * Cache of answers about missing scopes. They are the same for all callers that hold the same scopes and want the same. A client that
 * does not step up may ask very often.
 */
class RefusalAnswers {
  readonly #byResource = new WeakMap<object, Map<string, ErrorAnswer>>();

  of(error: InsufficientScopeError, place: ErrorPlace, resource: object): ErrorAnswer {
    const { message, requiredScopes, grantedScopes } = error;
    const key = [place.scheme, message, requiredScopes.join(' '), grantedScopes.join(' ')].join('\n');
    const answers = this.#byResource.get(resource) ?? new Map<string, ErrorAnswer>();
    this.#byResource.set(resource, answers);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = makeAnswer(error, place);
    if (key.length > maxKeyLength) return answer;
    if (answers.size >= maxAnswers) answers.clear();
    answers.set(key, answer);
    return answer;
  }
}

// All together take a few MiB at most.
const maxAnswers = 1000;
const maxKeyLength = 1000;

const refusalAnswers = new RefusalAnswers();

/**
 * Gives an error the members that Express's own error handling reads, `status` and `headers`, in case `mcpErrorHandler` is missing.
 *
 * @param error - anything that was thrown
 * @param place - where it happened
 * @returns the answer; undefined if the error is not one of ours
 */
export function prepareError(error: unknown, place: ErrorPlace | undefined): ErrorAnswer | undefined {
  if (!(error instanceof ExpressMcpError)) return undefined;
  const answer = answerError(error, place);
  if (!Object.isExtensible(error)) return answer;
  prepared.set(error, { answer, place });
  const { status, headers } = answer;
  // Others may get the same answer, and the app may change the members of its error.
  Object.assign(error, { status, statusCode: status, headers: { ...headers } });
  return answer;
}

/** Answers that were already made, each with its place. */
const prepared = new WeakMap<
  ExpressMcpError,
  { readonly answer: ErrorAnswer; readonly place: ErrorPlace | undefined }
>();

/** RFC 6750 §3: scopes are separated by spaces; the attribute is left out when there are none to name. */
function challengedScopes(error: ExpressMcpError, place: ErrorPlace | undefined): readonly string[] {
  return [...new Set(scopesToName(error, place).filter((scope) => scope !== 'offline_access'))];
}

function scopesToName(error: ExpressMcpError, place: ErrorPlace | undefined): readonly string[] {
  const { resource } = place ?? {};
  // Scopes that the caller already holds are named as well: a client that asks only for the named scopes would lose the others. The
  // official 1.x client does that. (MCP basic/authorization#step-up-authorization-flow)
  if (error instanceof InsufficientScopeError || error instanceof InsufficientAuthenticationError) {
    return resource?.challengedScopes === 'needed'
      ? error.requiredScopes
      : [...error.requiredScopes, ...error.grantedScopes];
  }
  // A route of the app names only what it needs; the endpoint also names what a first sign-in should ask for.
  const first = place?.wantedScopes === undefined ? (resource?.challengeScopes ?? []) : [];
  if (error instanceof UnauthorizedError) return [...error.requiredScopes, ...first];
  if (error.code !== 'invalid_token') return [];
  return [...(place?.wantedScopes ?? resource?.requiredScopes ?? []), ...first];
}

function ownHeaders(error: ExpressMcpError): Readonly<Record<string, string>> {
  // RFC 9449 §9
  if (error instanceof DpopNonceRequiredError) return { 'DPoP-Nonce': error.nonce };
  if (error instanceof TemporarilyUnavailableError) return { 'Retry-After': String(error.retryAfterSeconds) };
  return error instanceof ProtocolError ? error.responseHeaders : {};
}

function oauthBody(error: ExpressMcpError, scope: string | undefined, resource: ErrorPlace['resource']): string {
  return JSON.stringify({
    error: error.code,
    error_description: error.message,
    scope,
    ...authenticationDetails(error),
    resource_metadata: resource?.metadataUrl,
    reference: error instanceof ServerError ? error.reference : undefined,
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

import { AssertionError } from 'node:assert';
import { assertMembers } from '../errors/assert-members.js';
import { isPromise } from '../promises/and-then.js';
import { invalidOption } from '../errors/invalid-option.js';
import { parseChallenges } from '../oauth/parse-challenges.js';

/** A response of supertest, fetch, or anything else that has a status and headers. */
export interface ChallengedResponse {
  readonly status: number;
  readonly headers: Headers | Readonly<Record<string, unknown>>;
}

/** Parts that the challenge must have. Members that you leave out are not compared. */
export interface ExpectedChallenge {
  /** Which of several challenges is looked at. Default `Bearer`. */
  readonly scheme?: 'Bearer' | 'DPoP';
  /** The error code; null for a challenge that must not have one, as for a request without a token. */
  readonly error?: string | null;
  /** The scopes, in any order, separated by spaces or as an array. */
  readonly scope?: string | readonly string[];
  readonly resourceMetadata?: string;
  readonly realm?: string;
}

const expectedNames = Object.keys({
  scheme: true,
  error: true,
  scope: true,
  resourceMetadata: true,
  realm: true,
} satisfies Record<keyof ExpectedChallenge, true>);

const statusOf: Readonly<Partial<Record<string, number>>> = {
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
};

/**
 * Expects that a response is a challenge (RFC 6750 §3) with the status that belongs to its error.
 *
 * @param response - of supertest or fetch
 * @param expected - see {@link ExpectedChallenge}
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 * @throws AssertionError that shows what the response has instead; every test runner reports it as a failed expectation
 *
 * @example
 * ```ts
 * import { expectChallenge } from 'express-mcp/testing';
 *
 * const headers = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="notes:write"' };
 * expectChallenge({ status: 403, headers }, { error: 'insufficient_scope', scope: 'notes:write' });
 * ```
 */
export function expectChallenge(response: ChallengedResponse, expected: ExpectedChallenge): void {
  if (isPromise(response)) {
    throw invalidOption('expectChallenge', 'the response is a promise. Write await in front of it');
  }
  assertMembers(expected, expectedNames, 'expectChallenge', { scopes: 'scope: "notes:write"' });
  const field = headerOf(response.headers, 'www-authenticate');
  if (field === undefined) fail(`a WWW-Authenticate header`, `status ${String(response.status)} without one`);
  const { scheme = 'Bearer' } = expected;
  const actual = parseChallenges(field).find((each) => each.scheme.toLowerCase() === scheme.toLowerCase());
  if (actual === undefined) fail(`the scheme ${scheme}`, field);
  const status = expected.error === undefined ? undefined : (statusOf[expected.error ?? ''] ?? 401);
  if (status !== undefined) compare('status', String(response.status), String(status));
  if (expected.error !== undefined) compare('error', actual.parameters['error'], expected.error ?? undefined);
  if (expected.scope !== undefined) compare('scope', sorted(actual.parameters['scope']), sorted(expected.scope));
  if (expected.realm !== undefined) compare('realm', actual.parameters['realm'], expected.realm);
  if (expected.resourceMetadata !== undefined) {
    compare('resource_metadata', actual.parameters['resource_metadata'], expected.resourceMetadata);
  }
}

function compare(what: string, actual: string | undefined, expected: string | undefined): void {
  if (actual !== expected) fail(`${what} ${show(expected)}`, show(actual), actual, expected);
}

function show(value: string | undefined): string {
  return value === undefined ? 'none' : `"${value}"`;
}

function sorted(scope: string | readonly string[] | undefined): string | undefined {
  if (scope === undefined) return undefined;
  const scopes = typeof scope === 'string' ? scope.split(' ') : scope;
  return [...scopes].sort().join(' ');
}

function headerOf(headers: ChallengedResponse['headers'], name: string): string | undefined {
  const value: unknown = headers instanceof Headers ? headers.get(name) : headers[name];
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : undefined;
}

function fail(wanted: string, found: string, actual?: unknown, expected?: unknown): never {
  const message = `Expected a challenge with ${wanted}, but found ${found}`;
  throw new AssertionError({ message, actual, expected, stackStartFn: expectChallenge });
}

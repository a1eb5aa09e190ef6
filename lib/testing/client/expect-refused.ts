import { AssertionError } from 'node:assert';
import { assertMembers } from '../../errors/assert-members.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { parseChallenges } from '../../oauth/parse-challenges.js';
import { challengesMember } from '../../server/dispatch/refused-call.js';
import { TestClientError } from './test-client-error.js';

/** Parts that a refusal must have. Members that you leave out are not compared. */
export interface ExpectedRefusal {
  /** The scopes that the caller lacks, in any order, separated by spaces or as an array. */
  readonly scope?: string | readonly string[];
  /** The error of the challenge, such as `insufficient_scope` or `insufficient_user_authentication`. */
  readonly error?: string;
  /** The HTTP status, over an app. */
  readonly status?: number;
}

const expectedNames = Object.keys({
  scope: true,
  error: true,
  status: true,
} satisfies Record<keyof ExpectedRefusal, true>);

/**
 * Checks what a test expects, since a misspelt member would compare nothing.
 *
 * @param work - the request, if it runs already
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function assertExpectedRefusal(expected: unknown, work: unknown): void {
  // Its rejection would end the process if the mistake is thrown first.
  if (work instanceof Promise) work.catch(() => undefined);
  assertMembers(expected, expectedNames, 'testClient expectRefused', { scopes: 'scope: "notes:write"' });
}

/**
 * Expects that a request is refused.
 *
 * @param work - the request
 * @param expected - what the refusal must say
 * @param held - the scopes that the caller has; a challenge names some of them, too
 * @throws AssertionError when it is not refused, or otherwise
 */
export async function assertRefused(
  work: Promise<unknown>,
  expected: ExpectedRefusal,
  held: readonly string[],
): Promise<TestClientError> {
  const refusal = await refusalOf(work, expected);
  if (expected.error !== undefined) compare('the error', refusal.error, expected.error, refusal);
  if (expected.status !== undefined) compare('the status', refusal.status, expected.status, refusal);
  if (expected.scope !== undefined) {
    compare('the scope', lacking(refusal.scopes, held), lacking(scopesOf(expected.scope), held), refusal);
  }
  return refusal;
}

async function refusalOf(work: Promise<unknown>, expected: ExpectedRefusal): Promise<TestClientError> {
  let result: unknown;
  try {
    result = await work;
  } catch (error) {
    // Any other error, such as that of a handler, is no refusal.
    const isRefusal =
      error instanceof TestClientError &&
      (error.scopes.length > 0 || error.error !== undefined || error.status === 401 || error.status === 403);
    if (isRefusal) return error;
    throw error;
  }
  const refusal = refusalIn(result);
  if (refusal !== undefined) return refusal;
  return fail(`Expected a refusal, but got the result ${JSON.stringify(result).slice(0, 500)}`, result, expected);
}

/** The refusal that a failed call carries, as `refusals: 'result'` of `mcpRouter` answers it. */
function refusalIn(result: unknown): TestClientError | undefined {
  const { isError, text, _meta: meta } = isObject(result) ? result : {};
  const challenges = isObject(meta) ? meta[challengesMember] : undefined;
  if (isError !== true || !Array.isArray(challenges)) return undefined;
  const { error, scope = '' } = parseChallenges(String(challenges[0]))[0]?.parameters ?? {};
  const scopes = scope.split(' ').filter((each) => each !== '');
  return new TestClientError(String(text), { status: 200, error, scopes });
}

function compare(what: string, actual: unknown, expected: unknown, { message }: TestClientError): void {
  if (actual === expected) return;
  const text = `Expected a refusal with ${what} "${String(expected)}", but it has "${String(actual)}" (${message})`;
  fail(text, actual, expected);
}

function scopesOf(scope: string | readonly string[]): readonly string[] {
  return typeof scope === 'string' ? scope.split(' ') : scope;
}

/** A challenge also names what the caller has (`challengedScopes`), an error over a registry what is needed. Both ask for the same. */
function lacking(scopes: readonly string[], held: readonly string[]): string {
  return scopes
    .filter((scope) => !held.includes(scope))
    .sort()
    .join(' ');
}

function fail(message: string, actual: unknown, expected: unknown): never {
  throw new AssertionError({ message, actual, expected, stackStartFn: assertRefused });
}

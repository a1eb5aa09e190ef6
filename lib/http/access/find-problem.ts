import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import { TemporarilyUnavailableError } from '../../errors/temporarily-unavailable-error.js';
import { ClaimMismatchError } from '../../oauth/claim-mismatch-error.js';
import { UnusableKeysError } from '../../oauth/key-set.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import type { Problem } from '../resource/problem.js';

/**
 * Finds the problem behind a refusal that an operator must know about: a fault of the configuration, or of something that the endpoint
 * depends on. Mistakes of clients are none.
 *
 * @param error - the reason for the refusal
 * @param resource - the endpoint
 */
export function findProblem(error: ExpressMcpError, resource: ProtectedResource): Problem | undefined {
  const { cause } = error;
  const about = { resource: resource.identifier, cause };
  if (error instanceof TemporarilyUnavailableError) return unavailable(error, resource, about);
  if (error instanceof InsufficientScopeError) return notOffered(error, resource, about);
  if (!(error instanceof InvalidTokenError)) return undefined;
  // One token with another audience is its client's mistake; if no token ever has ours, the configuration is wrong.
  const keys = causeThatIs(UnusableKeysError, cause);
  const isWrong = keys !== undefined || cause instanceof ClaimMismatchError;
  if (!isWrong || !resource.problems.acceptsNone) return undefined;
  if (cause instanceof ClaimMismatchError) return mismatch(cause, resource, about);
  const advice = 'Let the issuer publish a public key for signatures, with a supported algorithm.';
  return { code: 'unusable_keys', message: keys?.message ?? '', advice, ...about };
}

function causeThatIs<T extends Error>(kind: new (...args: never[]) => T, error: unknown): T | undefined {
  try {
    for (let each = error; each instanceof Error; each = each.cause) if (each instanceof kind) return each;
  } catch {
    // A hook of the app threw an object whose members throw as well: it is none of ours.
  }
  return undefined;
}

type About = Pick<Problem, 'cause' | 'resource'>;

function unavailable(
  { cause, isOfStore }: TemporarilyUnavailableError,
  { authorizationServers }: ProtectedResource,
  about: About,
): Problem {
  const reason = reasonsOf(cause);
  const servers = authorizationServers.join(', ');
  return servers === '' || isOfStore
    ? {
        code: 'tokens_not_checked',
        message: `Tokens cannot be checked, and are answered with 503: ${reason}`,
        advice: isOfStore
          ? 'Look after the store that was given to mcpAuth as stores.revocation or stores.replay.'
          : 'Look after the verifier, or the store that it asks.',
        ...about,
      }
    : {
        code: 'issuer_unreachable',
        message: `Tokens of ${servers} cannot be checked, and are answered with 503: ${reason}`,
        advice: 'Try the URLs from the machine that this process runs on: DNS, firewall, proxy, certificate.',
        ...about,
      };
}

function mismatch(cause: ClaimMismatchError, resource: ProtectedResource, about: About): Problem {
  if (cause.claim === 'iss') {
    const advice = 'Write issuer exactly as tokens have it, with or without the slash at its end.';
    return { code: 'wrong_issuer', message: cause.message, advice, ...about };
  }
  const advice = `Let the authorization server issue tokens for ${resource.identifier}, or name their audience: issuers: [{ issuer, audience }].`;
  return { code: 'wrong_audience', message: cause.message, advice, ...about };
}

/** A client never gets a scope that its issuer does not know. */
function notOffered(error: InsufficientScopeError, resource: ProtectedResource, about: About): Problem | undefined {
  const offered = resource.offeredScopes();
  if (offered === undefined) return undefined;
  const missing = error.requiredScopes.filter((scope) => !offered.has(scope));
  if (missing.length === 0) return undefined;
  const what = error.target.name === undefined ? error.target.kind : `${error.target.kind} "${error.target.name}"`;
  return {
    code: 'scopes_not_offered',
    message: `The ${what} needs ${missing.join(' ')}, which scopes_supported of ${resource.authorizationServers.join(', ')} does not list`,
    advice: 'Define the scope at the authorization server, or write the one that it has.',
    ...about,
  };
}

const maxReasons = 4;

/** Messages of an error and its causes, since `fetch failed` alone is no help. */
function reasonsOf(cause: unknown): string {
  const reasons: string[] = [];
  try {
    // Errors of `fetch` and of other contexts are not instances of this context's classes.
    let error = cause as Partial<AggregateError> | null | undefined;
    for (let depth = 0; depth < maxReasons && typeof error === 'object' && error !== null; depth += 1) {
      const { message, errors } = error;
      if (typeof message === 'string' && message !== '') reasons.push(message);
      error = (Array.isArray(errors) ? errors[0] : error.cause) as typeof error;
    }
  } catch {
    // A store of the app threw an object whose members throw as well.
  }
  return reasons.length === 0 ? 'the reason is not known' : reasons.join(': ');
}

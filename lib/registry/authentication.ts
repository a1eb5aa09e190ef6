import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { AuthenticationRequirement } from '../errors/insufficient-authentication-error.js';
import type { Auth } from '../oauth/auth.js';

/** The kind of sign-in that an item needs (RFC 9470). */
export interface AuthenticationDefinition {
  /** The authentication context class that the token's `acr` must have, or several to choose from. */
  readonly acr?: string | readonly string[];
  /** Maximum time since the user signed in (`auth_time`), in seconds. */
  readonly maxAgeSeconds?: number;
}

/** The same, ready to be checked. */
export interface CompiledAuthentication extends AuthenticationRequirement {
  /**
   * @param auth - the caller
   * @param clockToleranceSeconds - how far the clocks of issuer and app may differ
   */
  isSatisfiedBy(auth: Auth, clockToleranceSeconds: number): boolean;
}

/**
 * Checks a definition once.
 *
 * @param owner - its owner, for messages, such as `tool "add"`
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function compileAuthentication(definition: AuthenticationDefinition, owner: string): CompiledAuthentication {
  assertMembers(definition, ['acr', 'maxAgeSeconds'], `${owner} authentication`);
  const { acr = [], maxAgeSeconds } = definition;
  const acrValues: readonly unknown[] = typeof acr === 'string' ? [acr] : acr;
  // RFC 9470 §3 separates them by spaces in a quoted-string.
  if (!isWords(acrValues)) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: authentication.acr must be an authentication context class, or an array of some, without spaces.`,
    );
  }
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds >= 0)) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: authentication.maxAgeSeconds must be a whole number of seconds.`,
    );
  }
  if (acrValues.length === 0 && maxAgeSeconds === undefined) {
    throw new ConfigurationError('invalid_option', `${owner}: authentication needs acr, maxAgeSeconds, or both.`);
  }
  return {
    acrValues,
    maxAgeSeconds,
    isSatisfiedBy: ({ claims }, tolerance) =>
      (acrValues.length === 0 || acrValues.includes(textOf(claims['acr']) ?? '')) &&
      (maxAgeSeconds === undefined || isRecent(claims['auth_time'], maxAgeSeconds + tolerance)),
  };
}

/** Some servers use numbers for their classes. */
function textOf(claim: unknown): string | undefined {
  if (typeof claim === 'number') return String(claim);
  return typeof claim === 'string' ? claim : undefined;
}

function isWords(values: unknown): values is readonly string[] {
  return (
    Array.isArray(values) &&
    values.every((value) => typeof value === 'string' && /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(value))
  );
}

/** A token without the time of the sign-in does not prove that it was recent. */
function isRecent(authTime: unknown, seconds: number): boolean {
  return typeof authTime === 'number' && Date.now() / 1000 - authTime <= seconds;
}

import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { AuthenticationRequirement } from '../errors/insufficient-authentication-error.js';
import type { Auth } from '../oauth/auth.js';

/** What kind of sign-in an item needs (RFC 9470). */
export interface AuthenticationDefinition {
  /** Authentication context class that the token's `acr` has to be; of several, any. */
  readonly acr?: string | readonly string[];
  /** How long ago the user may have signed in (`auth_time`), in seconds. */
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
 * @param owner - whose it is, for messages, such as `tool "add"`
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

/** Some servers number their classes. */
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

/** A token that does not say when its user signed in does not prove that it was lately. */
function isRecent(authTime: unknown, seconds: number): boolean {
  return typeof authTime === 'number' && Date.now() / 1000 - authTime <= seconds;
}

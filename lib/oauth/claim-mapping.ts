import { ConfigurationError } from '../errors/configuration-error.js';
import { assertMembers } from '../errors/assert-members.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { Eventually } from '../promises/and-then.js';
import { andThen } from '../promises/and-then.js';
import { BrokenContractError } from './broken-contract-error.js';
import { parseScopeClaim } from './scope.js';
import type { VerifiedToken } from './token-verifier.js';

/** The claims of a token, or of an introspection response. */
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- editors show the name of an interface, not of a record
export interface Claims {
  readonly [name: string]: unknown;
}

/**
 * The names of an issuer's claims. If several names are given, the first that is present counts. A claim that is null counts as absent.
 */
export interface ClaimMapping {
  /**
   * The claim with the scopes, as a space-separated string or an array; or a function, which may be async. Default `scope`, then `scp`.
   * A function gets verified claims and returns scopes in either form.
   */
  readonly scope?: string | readonly string[] | ((claims: Claims) => Eventually<readonly string[] | string>);
  /**
   * The claim that names the user, a non-empty string; or a function that makes it from the claims (`({ user_id }) =>
   * String(user_id)`). Default `sub`. A token without it is refused, with one exception: if it has no `sub` but names its client, that
   * client is the caller.
   */
  readonly subject?: string | readonly string[] | ((claims: Claims) => Eventually<string | undefined>);
  /** The claim that names the OAuth client. Default `client_id`, then `azp`, then `cid`. */
  readonly clientId?: string | readonly string[];
}

/** The members of a verdict that are read from claims. */
export type MappedClaims = Pick<VerifiedToken, 'clientId' | 'scopes' | 'subject'>;

/**
 * A mapping, checked and ready.
 *
 * @throws InvalidTokenError when the claims name neither a user nor a client
 * @throws what a function of the mapping throws; BrokenContractError when its result is invalid
 */
export type ReadClaims = (claims: Claims) => Eventually<MappedClaims>;

/**
 * Checks a mapping once.
 *
 * @param mapping - what the developer wrote
 * @param owner - the option it belongs to, for messages
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function compileClaimMapping(mapping: ClaimMapping, owner: string): ReadClaims {
  assertMembers(mapping, ['scope', 'subject', 'clientId'], `${owner} claims`);
  const readScopes = scopeReader(mapping.scope ?? ['scope', 'scp'], `${owner} claims.scope`);
  const readSubject = subjectReader(mapping.subject ?? 'sub', `${owner} claims.subject`);
  const clientNames = namesOf(mapping.clientId ?? ['client_id', 'azp', 'cid'], `${owner} claims.clientId`);
  return (claims) =>
    andThen(readScopes(claims), (scopes) =>
      andThen(readSubject(claims), (subject) => {
        const clientId = firstText(claims, clientNames) ?? '';
        if (subject === undefined) rejectNobody(claims, clientId);
        return { subject, clientId, scopes };
      }),
    );
}

function scopeReader(
  scope: NonNullable<ClaimMapping['scope']>,
  owner: string,
): (claims: Claims) => Eventually<readonly string[]> {
  if (typeof scope === 'function') {
    return (claims) => andThen(scope(claims), (found) => parseScopeClaim(assertScopes(found, owner)));
  }
  const names = namesOf(scope, owner);
  return (claims) => parseScopeClaim(firstThere(claims, names)?.value);
}

function assertScopes(found: unknown, owner: string): readonly string[] | string {
  // A token without the claim that the function reads.
  if (found === undefined || found === null) return [];
  if (typeof found === 'string') return found;
  if (Array.isArray(found) && found.every((scope) => typeof scope === 'string')) return found;
  throw new BrokenContractError(`${owner} must return scopes, as a text or an array of texts`);
}

function subjectReader(
  subject: NonNullable<ClaimMapping['subject']>,
  owner: string,
): (claims: Claims) => Eventually<string | undefined> {
  if (typeof subject === 'function') {
    return (claims) => andThen(subject(claims), (found) => assertSubject(found, owner));
  }
  const names = namesOf(subject, owner);
  return (claims) => {
    const found = firstThere(claims, names);
    if (found === undefined) return undefined;
    if (isText(found.value)) return found.value;
    // RFC 7519 §4.1.2: a StringOrURI. A number or an empty text might be taken for another user.
    throw new InvalidTokenError(`The ${found.name} claim of the access token is not valid`);
  };
}

function assertSubject(found: unknown, owner: string): string | undefined {
  if (found === undefined || isText(found)) return found;
  throw new BrokenContractError(`${owner} must return a text that is not empty, or undefined`);
}

/**
 * RFC 9068 §2.2 demands `sub`. Older issuers omit it for clients that act for themselves; such a token is its client's. A token that
 * names neither is refused.
 */
function rejectNobody(claims: Claims, clientId: string): void {
  // Also if it is null: a token must name its caller, and must not rely on a rule about absent claims.
  if (Object.hasOwn(claims, 'sub')) {
    throw new InvalidTokenError('The access token does not say whom it speaks for');
  }
  if (clientId === '') throw new InvalidTokenError('The access token has no sub claim');
}

function namesOf(names: unknown, owner: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  if (list.length > 0 && list.every(isText)) return list;
  throw new ConfigurationError('invalid_option', `${owner} must be the name of a claim, or several as an array.`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

interface FoundClaim {
  readonly name: string;
  readonly value: unknown;
}

function firstThere(claims: Claims, names: readonly string[]): FoundClaim | undefined {
  const name = names.find((each) => isThere(claims, each));
  return name === undefined ? undefined : { name, value: claims[name] };
}

function firstText(claims: Claims, names: readonly string[]): string | undefined {
  return names.map((name) => claims[name]).find(isText);
}

/** Some issuers write null for values they do not have. */
function isThere(claims: Claims, name: string): boolean {
  return Object.hasOwn(claims, name) && claims[name] !== null && claims[name] !== undefined;
}

import { ConfigurationError } from '../errors/configuration-error.js';
import { assertMembers } from '../errors/assert-members.js';
import { parseScopeClaim } from './scope.js';
import type { VerifiedToken } from './token-verifier.js';

/** The claims of a token, or of an introspection response. */
export type Claims = Readonly<Record<string, unknown>>;

/** Where an issuer writes what. Every name is that of a claim; of several, the first that is there counts. */
export interface ClaimMapping {
  /**
   * Where the scopes are, as a space-separated string or an array; or a function that knows. Default `scope`, then `scp`.
   * A function gets verified claims and returns scopes in either form.
   */
  readonly scope?: string | readonly string[] | ((claims: Claims) => readonly string[] | string);
  /** Whom the token speaks for. Default `sub`. */
  readonly subject?: string | readonly string[];
  /** The OAuth client. Default `client_id`, then `azp`, then `cid`. */
  readonly clientId?: string | readonly string[];
}

/** What the mapping finds in claims. */
export type MappedClaims = Pick<VerifiedToken, 'clientId' | 'scopes' | 'subject'>;

/** A mapping, checked and ready. */
export type ReadClaims = (claims: Claims) => MappedClaims;

/**
 * Checks a mapping once.
 *
 * @param mapping - what the developer wrote
 * @param owner - where it stands, for messages
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function compileClaimMapping(mapping: ClaimMapping, owner: string): ReadClaims {
  assertMembers(mapping, ['scope', 'subject', 'clientId'], `${owner} claims`);
  const readScopes = scopeReader(mapping.scope ?? ['scope', 'scp'], `${owner} claims.scope`);
  const subjectNames = namesOf(mapping.subject ?? 'sub', `${owner} claims.subject`);
  const clientNames = namesOf(mapping.clientId ?? ['client_id', 'azp', 'cid'], `${owner} claims.clientId`);
  return (claims) => ({
    subject: firstText(claims, subjectNames),
    clientId: firstText(claims, clientNames) ?? '',
    scopes: parseScopeClaim(readScopes(claims)),
  });
}

function scopeReader(scope: NonNullable<ClaimMapping['scope']>, owner: string): (claims: Claims) => unknown {
  if (typeof scope === 'function') return scope;
  const names = namesOf(scope, owner);
  return (claims) => firstThere(claims, names);
}

function namesOf(names: unknown, owner: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(names) ? names : [names];
  if (list.length > 0 && list.every((name) => typeof name === 'string' && name !== '')) {
    return list as readonly string[];
  }
  throw new ConfigurationError('invalid_option', `${owner} must be the name of a claim, or several as an array.`);
}

function firstThere(claims: Claims, names: readonly string[]): unknown {
  const there = names.filter((name) => Object.hasOwn(claims, name));
  return there.map((name) => claims[name]).at(0);
}

function firstText(claims: Claims, names: readonly string[]): string | undefined {
  return names.map((name) => claims[name]).find((value): value is string => typeof value === 'string');
}

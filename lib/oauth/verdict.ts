import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { BrokenContractError } from './broken-contract-error.js';
import { ClaimMismatchError } from './claim-mismatch-error.js';
import { isScope } from './scope.js';
import type { VerifiedToken } from './token-verifier.js';

// A verifier may return the official SDK's `AuthInfo` as it is; its `token` is accepted and ignored.
const members: ReadonlySet<string> = new Set([
  ...['subject', 'clientId', 'scopes', 'expiresAt', 'issuer', 'claims'],
  ...['token', 'extra', 'resource'],
]);

// In seconds it is the year 5138; in milliseconds it was 1973. So a larger number cannot be in seconds.
const maxSeconds = 1e11;

/**
 * Checks the verdict of an app's own verifier, and copies it, so that later changes to the app's objects do not change the caller.
 *
 * @param verdict - what the verifier returned
 * @param resource - the endpoint; a verdict that names another one is not about this endpoint
 * @returns a frozen copy
 * @throws InvalidTokenError for undefined and null, and for a token of another resource
 * @throws BrokenContractError for any other invalid verdict
 */
export function checkVerdict(verdict: unknown, resource?: URL): VerifiedToken {
  if (verdict === undefined || verdict === null) throw new InvalidTokenError();
  if (typeof verdict !== 'object' || Array.isArray(verdict)) throw broken('be an object', verdict);
  const given = verdict as Readonly<Record<string, unknown>>;
  const other = Object.keys(given).find((name) => !members.has(name));
  if (other !== undefined) throw broken(`not have a member ${JSON.stringify(other)}`, verdict);
  rejectOtherResource(given['resource'], resource);
  const claims = claimsOf(given['claims'] ?? given['extra']);
  const subject = subjectOf(given['subject'] ?? claims['sub']);
  const clientId = clientOf(given['clientId']);
  if (subject === undefined && clientId === '') throw broken('name a subject or a client', verdict);
  return Object.freeze({
    subject,
    clientId,
    scopes: scopesOf(given['scopes']),
    expiresAt: endOf(given['expiresAt']),
    issuer: issuerOf(given['issuer']),
    claims,
  });
}

function subjectOf(subject: unknown): string | undefined {
  if (subject === undefined || (typeof subject === 'string' && subject !== '')) return subject;
  throw broken('have a subject that is a text and not empty', subject);
}

function clientOf(clientId: unknown): string {
  if (typeof clientId === 'string') return clientId;
  throw broken('have a clientId that is a text', clientId);
}

function scopesOf(scopes: unknown): readonly string[] {
  // Copied before it is checked: elements of an app's list may change from one look to the next.
  const copy: readonly unknown[] | undefined = Array.isArray(scopes) ? Array.from(scopes as unknown[]) : undefined;
  if (copy?.every(isScope) === true) return Object.freeze([...new Set(copy)]);
  throw broken('have scopes that are an array of scopes', scopes);
}

function endOf(expiresAt: unknown): number | undefined {
  if (expiresAt === undefined) return undefined;
  if (typeof expiresAt === 'number' && Number.isFinite(expiresAt) && expiresAt < maxSeconds) return expiresAt;
  throw broken('have an expiresAt in seconds since 1970', expiresAt);
}

function issuerOf(issuer: unknown): string | undefined {
  if (issuer === undefined || (typeof issuer === 'string' && issuer !== '')) return issuer;
  throw broken('have an issuer that is a text', issuer);
}

function claimsOf(claims: unknown = {}): VerifiedToken['claims'] {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw broken('have claims that are an object', claims);
  }
  return frozenCopy(claims) as VerifiedToken['claims'];
}

/** The official SDK demands the same of the `resource` of an `AuthInfo`: it MUST match, fragment aside. */
function rejectOtherResource(named: unknown, resource: URL | undefined): void {
  if (named === undefined || resource === undefined) return;
  const text = named instanceof URL ? named.href : named;
  if (typeof text !== 'string' || !URL.canParse(text)) throw broken('have a resource that is a URL', named);
  const { href, hash } = new URL(text);
  if (href.slice(0, href.length - hash.length) === resource.href) return;
  // Verifiers for the official SDK read it from `aud`.
  const cause = new ClaimMismatchError('aud', href, [resource.href]);
  throw new InvalidTokenError('The access token is meant for another resource', { cause });
}

/**
 * Copies plain objects and arrays, and freezes the copies. Other objects, such as a connection that an app puts into its claims, are
 * kept as they are.
 *
 * @param value - claims, or a part of them
 */
export function frozenCopy(value: unknown, copies = new Map<object, object>()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    copies.set(value, list);
    for (const each of value) list.push(frozenCopy(each, copies));
    return Object.freeze(list);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value instanceof Date ? new Date(value) : value;
  const copy: Record<string, unknown> = {};
  copies.set(value, copy);
  for (const [name, member] of Object.entries(value)) {
    Object.defineProperty(copy, name, { value: frozenCopy(member, copies), enumerable: true });
  }
  return Object.freeze(copy);
}

function broken(rule: string, value: unknown): BrokenContractError {
  // The value could be a secret; its type is enough to find the mistake.
  return new BrokenContractError(`The result of a verifier must ${rule} (it is ${typeOf(value)})`);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}

import type { Claims } from './claim-mapping.js';
import type { ScopeHierarchy } from './scope-hierarchy.js';
import type { VerifiedToken } from './token-verifier.js';

/**
 * Who is calling and what they were granted. It is `req.auth` and `ctx.auth`, and has the members of the official SDK's
 * `AuthInfo` (`token`, `clientId`, `scopes`, `expiresAt`, `resource`, `extra`), so that code written for that finds
 * what it expects.
 *
 * @typeParam TokenClaims - type of `claims`, as the app knows its issuer; nothing checks it
 */
export interface Auth<TokenClaims = Claims> {
  /** The access token. Do not pass it on: it was issued for this resource only (MCP `basic/authorization#token-handling`). */
  readonly token: string;
  /** Whom the token speaks for: its `sub` claim. */
  readonly subject: string | undefined;
  /** The OAuth client that the token was issued to; empty when the issuer does not say. */
  readonly clientId: string;
  /** The scopes that the token carries, as granted, without what a hierarchy adds. */
  readonly scopes: string[];
  /** When the token ends, in seconds since 1970. */
  readonly expiresAt?: number;
  /** The protected resource that the token was accepted for. */
  readonly resource?: URL;
  /** Who issued the token. */
  readonly issuer: string | undefined;
  /** Every claim of the token. */
  readonly claims: TokenClaims;
  /** The claims once more, under the name that the official SDK uses. */
  readonly extra: Record<string, unknown>;
  /** The scopes with everything that the hierarchy adds. */
  readonly effectiveScopes: ReadonlySet<string>;
  /** Whether the caller holds all of these scopes, the hierarchy considered. */
  has(...scopes: readonly string[]): boolean;
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/** Where a token was accepted. */
export interface AuthSource {
  readonly token: string;
  readonly hierarchy: Pick<ScopeHierarchy, 'expand'>;
  readonly resource?: URL;
}

/**
 * Makes the caller's {@link Auth} of a verified token.
 *
 * @param verified - what the verifier found out
 * @param source - the token and where it was accepted
 */
export function createAuth(verified: VerifiedToken, { token, hierarchy, resource }: AuthSource): Auth {
  const { subject, clientId, scopes, expiresAt, issuer, claims } = verified;
  const effectiveScopes = hierarchy.expand(scopes);
  const auth: Writable<Auth> = {
    token,
    subject,
    clientId,
    // Copies, since other requests get the same verdict.
    scopes: scopes.slice(),
    issuer,
    claims,
    extra: { ...claims },
    effectiveScopes,
    has: (...wanted: readonly string[]): boolean => wanted.every((scope) => effectiveScopes.has(scope)),
  };
  if (expiresAt !== undefined) auth.expiresAt = expiresAt;
  if (resource !== undefined) auth.resource = resource;
  return Object.freeze(auth);
}

/** What is kept of a caller for work that another process may go on with: everything but the token. */
export interface StoredAuth {
  readonly subject: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly effectiveScopes: readonly string[];
  readonly expiresAt: number | undefined;
  readonly resource: string | undefined;
  readonly issuer: string | undefined;
  readonly claims: Claims;
}

/**
 * What can be kept of a caller as JSON.
 *
 * @param auth - the caller
 */
export function storableAuth(auth: Auth): StoredAuth {
  const { subject, clientId, scopes, effectiveScopes, expiresAt, resource, issuer, claims } = auth;
  const kept = { subject, clientId, scopes, expiresAt, issuer, claims };
  return { ...kept, effectiveScopes: [...effectiveScopes], resource: resource?.href };
}

/**
 * The caller again, without the token.
 *
 * @param stored - what `storableAuth` gave, after it was JSON
 */
export function restoreAuth({ effectiveScopes, resource, ...verified }: StoredAuth): Auth {
  return createAuth(verified, {
    token: '',
    hierarchy: { expand: () => new Set(effectiveScopes) },
    ...(resource === undefined ? {} : { resource: new URL(resource) }),
  });
}

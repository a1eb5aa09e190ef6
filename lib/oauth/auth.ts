import type { Claims } from './claim-mapping.js';
import type { ScopeHierarchy } from './scope-hierarchy.js';
import { ScopeSet } from './scope-set.js';
import type { VerifiedToken } from './token-verifier.js';
import { frozenCopy } from './verdict.js';

/**
 * The caller and what they were granted. It is `req.auth` and `ctx.auth`. It also has the members of the official SDK's `AuthInfo`
 * (`token`, `clientId`, `scopes`, `expiresAt`, `resource`, `extra`) for code written against that.
 *
 * @typeParam TokenClaims - type of `claims`, as the app knows its issuer; nothing checks it
 */
export interface Auth<TokenClaims = Claims> {
  /** The access token. Do not pass it on: it was issued for this resource only (MCP `basic/authorization#token-handling`). */
  readonly token: string;
  /** The user: the `sub` claim of the token. Undefined for a client that acts for itself with a token that has none. */
  readonly subject: string | undefined;
  /** The OAuth client that the token was issued to; empty when the issuer does not say. */
  readonly clientId: string;
  /** The scopes that the token carries, as granted, without those that a hierarchy adds. */
  readonly scopes: string[];
  /** When the token ends, in seconds since 1970. */
  readonly expiresAt?: number;
  /** The protected resource that the token was accepted for; another object each time. */
  readonly resource?: URL | undefined;
  /** The issuer of the token. */
  readonly issuer: string | undefined;
  /** Every claim of the token. */
  readonly claims: TokenClaims;
  /** The claims once more, under the name that the official SDK uses. */
  readonly extra: Record<string, unknown>;
  /** The scopes with all that the hierarchy adds. */
  readonly effectiveScopes: ReadonlySet<string>;
  /** Whether the caller holds all of these scopes, including those that the hierarchy adds. */
  has(...scopes: readonly string[]): boolean;
}

/** The endpoint that accepted a token. */
export interface AuthSource {
  readonly hierarchy: Pick<ScopeHierarchy, 'expand'>;
  readonly resource?: URL | undefined;
}

/** The members of an {@link Auth} that are the same for every request with a token. */
type Grant = Omit<Auth, 'expiresAt' | 'resource' | 'token'> & { readonly expiresAt: number | undefined };

/**
 * A caller, a new one for each request. It is a class because a getter in a literal costs as much as all the rest of authorizing a
 * call.
 */
class TokenAuth implements Auth {
  readonly token: string;
  readonly subject: string | undefined;
  readonly clientId: string;
  readonly scopes: string[];
  declare readonly expiresAt?: number;
  readonly issuer: string | undefined;
  readonly claims: Claims;
  readonly extra: Record<string, unknown>;
  readonly effectiveScopes: ReadonlySet<string>;
  readonly has: Auth['has'];
  readonly #resource: string | undefined;

  constructor(token: string, grant: Grant, resource: string | undefined) {
    this.token = token;
    this.subject = grant.subject;
    this.clientId = grant.clientId;
    this.scopes = grant.scopes;
    if (grant.expiresAt !== undefined) this.expiresAt = grant.expiresAt;
    this.issuer = grant.issuer;
    this.claims = grant.claims;
    this.extra = grant.extra;
    this.effectiveScopes = grant.effectiveScopes;
    this.has = grant.has;
    this.#resource = resource;
    Object.freeze(this);
  }

  /** A new URL each time: a URL cannot be frozen, and changes to a shared one would reach all requests. */
  get resource(): URL | undefined {
    return this.#resource === undefined ? undefined : new URL(this.#resource);
  }
}

/**
 * Makes callers of verified tokens. The part that all requests with one token share is made once, and cached with the verdict. It is
 * frozen because they share it. The token itself is not kept with it.
 */
export class AuthMaker {
  readonly #hierarchy: AuthSource['hierarchy'];
  readonly #resource: string | undefined;
  readonly #grants = new WeakMap<VerifiedToken, Grant>();

  constructor({ hierarchy, resource }: AuthSource) {
    this.#hierarchy = hierarchy;
    this.#resource = resource?.href;
  }

  /**
   * Makes the caller's {@link Auth} of a verified token.
   *
   * @param verified - the verifier's result
   * @param token - the token
   */
  make(verified: VerifiedToken, token: string): Auth {
    return new TokenAuth(token, this.#grants.get(verified) ?? this.#grant(verified), this.#resource);
  }

  #grant(verified: VerifiedToken): Grant {
    const { subject, clientId, expiresAt, issuer } = verified;
    const effectiveScopes = new ScopeSet(this.#hierarchy.expand(verified.scopes));
    const { claims: given } = verified;
    const claims = Object.isFrozen(given) ? given : (frozenCopy(given) as Claims);
    const grant: Grant = {
      subject,
      clientId,
      scopes: Object.freeze([...verified.scopes]) as string[],
      expiresAt,
      issuer,
      claims,
      extra: claims,
      effectiveScopes,
      has: (...wanted) => wanted.every((scope) => effectiveScopes.has(scope)),
    };
    this.#grants.set(verified, grant);
    return grant;
  }
}

/**
 * Makes one caller.
 *
 * @param verified - the verifier's result
 * @param source - the token and where it was accepted
 */
export function createAuth(
  verified: VerifiedToken,
  { token, ...source }: AuthSource & { readonly token: string },
): Auth {
  return new AuthMaker(source).make(verified, token);
}

/** The facts about a caller that are stored for work that another process may continue: everything but the token. */
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
 * The facts about a caller, ready to be stored as JSON.
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
 * @param stored - the result of `storableAuth`, parsed from JSON
 */
export function restoreAuth({ effectiveScopes, resource, ...verified }: StoredAuth): Auth {
  return createAuth(verified, {
    token: '',
    hierarchy: { expand: () => new Set(effectiveScopes) },
    resource: resource === undefined ? undefined : new URL(resource),
  });
}

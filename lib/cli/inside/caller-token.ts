import type { Finding } from '../finding.js';
import { UsageError } from '../usage-error.js';

/** The token of a signed-in caller. It is sent to the endpoint, and never printed. */
export interface CallerToken {
  readonly value: string;
  /** The claims of a JWT; undefined if it is opaque. They are not verified here: that is the endpoint's work. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** Undefined if neither the token nor the authorization server names them. */
  readonly scopes: readonly string[] | undefined;
}

/** A token, or the reason why there is none, and the findings on the way. */
export interface Obtained {
  readonly token: CallerToken | undefined;
  readonly findings: readonly Finding[];
}

// RFC 6750 §2.1
const tokenSyntax = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Reads the facts that an access token contains.
 *
 * @param value - the token
 * @param scope - the scopes that the authorization server named beside it
 * @throws UsageError if it cannot be a token
 */
export function callerToken(value: string, scope?: string): CallerToken {
  // The message does not repeat it: it may be a password in the wrong variable.
  if (!tokenSyntax.test(value)) throw new UsageError('This is no access token: no token has such characters.');
  const claims = claimsOf(value);
  return { value, claims, scopes: scopesOf(claims?.['scope'] ?? claims?.['scp']) ?? scopesOf(scope) };
}

function claimsOf(token: string): CallerToken['claims'] {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims);
    return isObject ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function scopesOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.filter((scope): scope is string => typeof scope === 'string');
  return typeof value === 'string' ? value.split(' ').filter((scope) => scope !== '') : undefined;
}

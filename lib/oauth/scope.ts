import { ConfigurationError } from '../errors/configuration-error.js';

// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const scopeToken = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Whether a value is a scope-token of RFC 6749 §3.3. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && scopeToken.test(value);
}

// RFC 6749 sets no limit; no authorization server issues longer ones, and a challenge has to fit into a header field.
const maxScopeLength = 256;

/** Whether a value is a scope-token that a challenge has room for. */
export function isShortScope(value: string): boolean {
  return isScope(value) && value.length <= maxScopeLength;
}

/**
 * Checks one scope that a developer wrote.
 *
 * @param scope - the scope
 * @param owner - where it stands, for the message, such as `tool "add"`
 * @throws ConfigurationError `invalid_scope` when it is no scope-token, has more than 256 characters, or is `offline_access`
 */
export function assertScope(scope: unknown, owner: string): asserts scope is string {
  if (!isScope(scope)) {
    throw new ConfigurationError(
      'invalid_scope',
      `${owner}: ${shown(scope)} is not a scope. Write one word of printable ASCII without space, quote ` +
        'or backslash, such as "notes:write"; several scopes are several array elements.',
    );
  }
  if (!isShortScope(scope)) {
    throw new ConfigurationError(
      'invalid_scope',
      `${owner}: ${shown(scope)} has ${String(scope.length)} characters. A scope may have at most ` +
        `${String(maxScopeLength)}, or no challenge could name it.`,
    );
  }
  // MCP basic/authorization#refresh-tokens: a resource SHOULD NOT ask for offline_access; it is no resource requirement.
  if (scope === 'offline_access') {
    throw new ConfigurationError(
      'invalid_scope',
      `${owner}: "offline_access" asks the authorization server for a refresh token and protects nothing. Leave it out.`,
    );
  }
}

/** A value as JSON, cut, since arguments of a caller may decide about its length. */
function shown(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/**
 * The scopes of a token's `scope` or `scp` claim (RFC 6749 §3.3, RFC 9068 §2.2.3): a space-separated string or an
 * array of strings. Anything else grants nothing.
 *
 * @param claim - the claim as it came
 */
export function parseScopeClaim(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return [...new Set(claim.split(' ').filter((scope) => scope !== ''))];
  if (Array.isArray(claim)) {
    return [...new Set(claim.filter((scope): scope is string => typeof scope === 'string' && scope !== ''))];
  }
  return [];
}

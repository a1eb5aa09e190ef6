import { assertMembers } from '../errors/assert-members.js';
import { invalidOption } from '../errors/invalid-option.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { Eventually } from '../promises/and-then.js';
import { andThen } from '../promises/and-then.js';
import type { TokenVerifier, VerifiedToken } from './token-verifier.js';
import { checkVerdict } from './verdict.js';
import { nodeCrypto } from '../builtins/node-crypto.js';

/** The owner of an API key, and their scopes. */
export type ApiKeyOwner = Omit<VerifiedToken, 'claims'> & { readonly claims?: VerifiedToken['claims'] };

/** How to tell API keys from other tokens, and how to look them up. */
export interface ApiKeyVerifierOptions {
  /** The beginning of every key, such as `nk_`. Tokens that begin otherwise are not keys. */
  readonly prefix: string;
  /**
   * Looks a key up.
   *
   * @param key - the key as it was sent
   * @param hash - its SHA-256 in hexadecimal digits, to look it up by: a database with hashes alone leaks no keys
   * @returns or promises its owner; undefined for an unknown key
   */
  find(key: string, hash: string): Eventually<ApiKeyOwner | undefined>;
}

/** A verifier for API keys; `mcpAuth` compares its `prefix` with those of others. */
export interface ApiKeyVerifier extends TokenVerifier {
  readonly prefix: string;
  recognizes(token: string): boolean;
}

const maxKeyLength = 1024;

// RFC 6750 §2.1: the characters of a b64token, without the ones that only end it.
const prefixPattern = /^[A-Za-z0-9\-._~+/]{2,64}$/;

/**
 * A verifier for API keys of your own, sent as Bearer tokens, for `mcpAuth({ verifiers: […] })`. Keys are neither cached nor logged: a
 * deleted key is refused with the next request.
 *
 * @param options - see {@link ApiKeyVerifierOptions}
 * @throws ConfigurationError `invalid_option` or `unknown_option`
 *
 * @example
 * ```ts
 * import { apiKeyVerifier, mcpAuth } from 'express-mcp';
 *
 * // By the SHA-256 of the key, as a database has it.
 * const keys = new Map([['9f86d081884c7d65', { subject: 'ada', clientId: 'cron', scopes: ['notes:read'] }]]);
 *
 * mcpAuth({
 *   resource: 'https://api.example.com/mcp',
 *   issuer: 'https://login.example.com',
 *   verifiers: [apiKeyVerifier({ prefix: 'nk_', find: (_key, hash) => keys.get(hash) })],
 * });
 * ```
 */
export function apiKeyVerifier(options: ApiKeyVerifierOptions): ApiKeyVerifier {
  assertMembers(options, ['prefix', 'find'], 'apiKeyVerifier');
  const { prefix } = options;
  if (typeof prefix !== 'string' || !prefixPattern.test(prefix) || prefix.startsWith('ey')) {
    throw invalidOption(
      'apiKeyVerifier',
      'prefix must be 2 to 64 letters, digits or -._~+/, such as "nk_", and not begin as a JWT does ("ey")',
    );
  }
  if (typeof options.find !== 'function') {
    throw invalidOption('apiKeyVerifier', 'find must be a function that looks a key up');
  }
  return {
    prefix,
    recognizes: (token) => token.startsWith(prefix),
    verify: (token) => {
      if (token.length <= prefix.length || token.length > maxKeyLength || !token.startsWith(prefix)) throw unknownKey();
      const hash = nodeCrypto().createHash('sha256').update(token).digest('hex');
      return andThen(options.find(token, hash), (owner: unknown) => {
        if (owner === undefined || owner === null) throw unknownKey();
        return checkVerdict(owner);
      });
    },
  };
}

function unknownKey(): InvalidTokenError {
  return new InvalidTokenError('The API key is not known');
}

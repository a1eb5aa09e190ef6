import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { CacheLimits } from '../../oauth/caching-verifier.js';
import { CachingVerifier } from '../../oauth/caching-verifier.js';
import { IssuerVerifier } from '../../oauth/issuer-verifier.js';
import type { TokenVerifier } from '../../oauth/token-verifier.js';
import type { CacheOptions, IssuerOptions, McpAuthOptions } from './auth-options.js';
import type { VerifierDefaults } from './resolve-issuer.js';
import { assertIssuer, resolveIssuer } from './resolve-issuer.js';

/** Who decides about tokens, and where clients get them. */
export interface ResolvedVerifier {
  readonly verifier: TokenVerifier;
  readonly issuers: readonly string[];
}

/** What `resolveVerifier` takes from beside the options. */
export interface VerifierFacts extends VerifierDefaults {
  readonly environmentIssuer: string | undefined;
}

/**
 * Makes the verifier out of `issuer`, `issuers` or `verifier`.
 *
 * @throws ConfigurationError when none or too much of them is given, or one of them is wrong
 */
export function resolveVerifier(options: McpAuthOptions, facts: VerifierFacts): ResolvedVerifier {
  const { verifier } = options;
  const issuers = issuersOf(options, facts.environmentIssuer);
  const identifiers = issuers.map(({ issuer }) => issuer);
  if (verifier !== undefined) {
    if (typeof (verifier as Partial<TokenVerifier>).verify !== 'function') {
      throw new ConfigurationError(
        'invalid_option',
        'mcpAuth: verifier must be an object with a verify(token) method.',
      );
    }
    if (options.cache !== undefined) {
      throw new ConfigurationError(
        'invalid_option',
        'mcpAuth: a verifier of your own remembers for itself; drop cache.',
      );
    }
    return { verifier, issuers: identifiers };
  }
  return { verifier: verifierFor(issuers, options.cache, facts), issuers: identifiers };
}

function verifierFor(
  issuers: readonly IssuerOptions[],
  cache: CacheOptions | undefined,
  defaults: VerifierDefaults,
): TokenVerifier {
  if (issuers.length === 0) {
    throw new ConfigurationError(
      'missing_option',
      'mcpAuth needs to know whose tokens to accept. Write issuer: "https://login.example.com", or set MCP_ISSUER, ' +
        'or give issuers: […] or a verifier.',
    );
  }
  const identifiers = issuers.map(({ issuer }) => issuer);
  const duplicate = identifiers.find((issuer, index) => identifiers.indexOf(issuer) !== index);
  if (duplicate !== undefined) {
    throw new ConfigurationError(
      'invalid_option',
      `mcpAuth: the issuer "${duplicate}" is given twice. Once is enough.`,
    );
  }
  const resolved = issuers.map((issuer) => ({ issuer: issuer.issuer, ...resolveIssuer(issuer, defaults) }));
  const byIssuer = new Map(resolved.map(({ issuer, forJwts }) => [issuer, forJwts] as const));
  const [opaque, another] = resolved.flatMap(({ forOpaque }) => forOpaque ?? []);
  if (another !== undefined) {
    throw new ConfigurationError(
      'invalid_option',
      'mcpAuth: only one issuer can have introspection, since a token that is no JWT does not say whose it is, and no ' +
        'issuer may get to see the tokens of another. Give such issuers endpoints of their own.',
    );
  }
  const verifier = new IssuerVerifier({ byIssuer, opaque });
  const limits = resolveCache(cache);
  return limits.seconds === 0 ? verifier : new CachingVerifier(verifier, limits);
}

function issuersOf(options: McpAuthOptions, environmentIssuer: string | undefined): readonly IssuerOptions[] {
  if (options.issuer !== undefined && options.issuers !== undefined) {
    throw new ConfigurationError('invalid_option', 'mcpAuth: give issuer or issuers, not both.');
  }
  const isSilent = options.issuer === undefined && options.issuers === undefined && options.verifier === undefined;
  const single = options.issuer ?? (isSilent ? environmentIssuer : undefined);
  const issuers = options.issuers ?? (single === undefined ? [] : [{ issuer: single }]);
  if (!(issuers instanceof Array)) {
    throw new ConfigurationError(
      'invalid_option',
      'mcpAuth: issuers must be an array, such as [{ issuer: "https://…" }].',
    );
  }
  for (const issuer of issuers) assertIssuer(issuer);
  return issuers;
}

const defaultCache: CacheLimits = { seconds: 60, entries: 10_000 };

function resolveCache(cache: CacheOptions = {}): CacheLimits {
  assertMembers(cache, Object.keys(defaultCache), 'mcpAuth cache');
  const { seconds, entries } = { ...defaultCache, ...cache };
  if (!(typeof seconds === 'number' && seconds >= 0 && seconds <= 3600)) {
    throw new ConfigurationError('invalid_option', 'mcpAuth: cache.seconds must be a number from 0 to 3600.');
  }
  if (!(Number.isSafeInteger(entries) && entries >= 1)) {
    throw new ConfigurationError('invalid_option', 'mcpAuth: cache.entries must be a whole number from 1.');
  }
  return { seconds, entries };
}

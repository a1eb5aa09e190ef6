import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { invalidOption } from '../../errors/invalid-option.js';
import type { CacheLimits } from '../../oauth/caching-verifier.js';
import { CheckedVerifier } from '../../oauth/checked-verifier.js';
import { RecognizingVerifier } from '../../oauth/recognizing-verifier.js';
import type { TokenVerifier, TrustedVerifier } from '../../oauth/token-verifier.js';
import type { CacheOptions, McpAuthOptions } from './auth-options.js';
import type { IssuerOptions } from './issuer-options.js';
import { IssuerTokenVerifier } from './issuer-verifiers.js';
import type { VerifierDefaults } from './resolve-issuer.js';
import { resolveIssuers } from './resolve-issuers.js';
import { assertOrder } from './verifier-order.js';

/** The verifier of tokens, and where clients get them. */
export interface ResolvedVerifier {
  readonly verifier: TrustedVerifier;
  readonly authorizationServers: readonly string[];
}

/** Facts that `resolveVerifier` needs besides the options. */
export interface VerifierFacts extends VerifierDefaults {
  readonly environmentIssuer: string | undefined;
  /** The endpoint. */
  readonly url: URL;
}

/**
 * Makes the verifier out of `issuer`, `issuers`, `verifier` or `verifiers`.
 *
 * @throws ConfigurationError if none or too many of them are given, or one is wrong
 */
export function resolveVerifier(options: McpAuthOptions, facts: VerifierFacts): ResolvedVerifier {
  const { verifier, verifiers } = options;
  if (verifier !== undefined && verifiers !== undefined) {
    throw invalidOption('mcpAuth', 'give verifier or verifiers, not both');
  }
  const issuers = issuersOf(options, facts.environmentIssuer);
  if (verifier !== undefined) return byVerifier(verifier, issuers, options, facts);
  const given = verifiers === undefined ? [] : assertVerifiers(verifiers);
  const hasIssuers = typeof issuers === 'function' || (issuers ?? []).length > 0;
  if (!hasIssuers && given.length === 0) throw missing(options);
  if (given.every((each) => !(each instanceof IssuerTokenVerifier)) && issuers === undefined) rejectCache(options);
  const cache = resolveCache(options.cache);
  const resolved = issuers === undefined ? undefined : resolveIssuers(issuers, facts, cache);
  assertOrder(given, resolved);
  const all = given.map((each) =>
    each instanceof IssuerTokenVerifier ? each.bind(facts, cache) : new CheckedVerifier(each, facts.url),
  );
  const servers = given.map((each) =>
    each instanceof IssuerTokenVerifier ? each.resolved.authorizationServer : undefined,
  );
  return {
    verifier: together(resolved === undefined ? all : [...all, resolved.verifier]),
    authorizationServers: known([...servers, ...(resolved?.authorizationServers ?? [])]),
  };
}

/** A single verifier is used directly, unless it only knows some tokens. */
function together(verifiers: readonly TrustedVerifier[]): TrustedVerifier {
  const [only, another] = verifiers;
  return only !== undefined && another === undefined && only.recognizes === undefined
    ? only
    : new RecognizingVerifier(verifiers);
}

function known(servers: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(servers.filter((server) => server !== undefined))];
}

/** A custom verifier decides alone; the issuers then only tell clients where to sign in. */
function byVerifier(
  verifier: TokenVerifier,
  issuers: Issuers,
  options: McpAuthOptions,
  { url }: VerifierFacts,
): ResolvedVerifier {
  if (!isVerifier(verifier)) throw invalidOption('mcpAuth', 'verifier must be an object with a verify(token) method');
  if (verifier instanceof IssuerTokenVerifier) {
    throw invalidOption('mcpAuth', 'write verifiers: [verifier] for a verifier of this package');
  }
  rejectCache(options);
  if (typeof issuers === 'function') {
    throw invalidOption('mcpAuth', 'verifier decides about tokens alone; drop the function issuers');
  }
  const useless = (issuers ?? []).flatMap((issuer) => Object.keys(issuer)).find((member) => !told.has(member));
  if (useless !== undefined) {
    throw invalidOption(
      'mcpAuth',
      `verifier decides about tokens alone, so ${useless} of issuers would do nothing. Drop it, or verify several kinds of tokens: ` +
        'verifiers: [verifier, jwtVerifier({ issuer: "https://…", … })]',
    );
  }
  const servers = (issuers ?? []).map((issuer) => issuer.authorizationServer ?? issuer.issuer);
  return { verifier: together([new CheckedVerifier(verifier, url)]), authorizationServers: known(servers) };
}

const told: ReadonlySet<string> = new Set(['issuer', 'authorizationServer']);

function rejectCache({ cache }: McpAuthOptions): void {
  if (cache !== undefined) throw invalidOption('mcpAuth', 'a verifier of your own remembers for itself; drop cache');
}

function assertVerifiers(verifiers: unknown): readonly TokenVerifier[] {
  if (Array.isArray(verifiers) && verifiers.length > 0 && verifiers.every(isVerifier)) return verifiers;
  throw invalidOption(
    'mcpAuth',
    'verifiers must be an array of verifiers, such as [apiKeyVerifier({ … }), jwtVerifier("https://login.example.com")]',
  );
}

function isVerifier(value: unknown): value is TokenVerifier {
  const { verify, recognizes } = (value ?? {}) as Partial<TokenVerifier>;
  return typeof verify === 'function' && (recognizes === undefined || typeof recognizes === 'function');
}

type Issuers = Exclude<McpAuthOptions['issuers'], undefined> | undefined;

function issuersOf(options: McpAuthOptions, environmentIssuer: string | undefined): Issuers {
  const { issuer, issuers, verifier, verifiers } = options;
  if (issuer !== undefined && issuers !== undefined) throw invalidOption('mcpAuth', 'give issuer or issuers, not both');
  if (issuers !== undefined) {
    if (typeof issuers === 'function' || issuers instanceof Array) return issuers;
    throw invalidOption(
      'mcpAuth',
      'issuers must be an array, such as [{ issuer: "https://…" }], or a function. For one authorization server, write issuer: "https://…"',
    );
  }
  const isSilent = issuer === undefined && verifier === undefined && verifiers === undefined;
  const single = isSilent ? environmentIssuer : issuer;
  return single === undefined ? undefined : [{ issuer: single } satisfies IssuerOptions];
}

const defaultCache: CacheLimits = { seconds: 60, entries: 10_000 };

function resolveCache(cache: CacheOptions = {}): CacheLimits {
  assertMembers(cache, Object.keys(defaultCache), 'mcpAuth cache');
  const { seconds, entries } = { ...defaultCache, ...cache };
  if (!(typeof seconds === 'number' && seconds >= 0 && seconds <= 3600)) {
    throw invalidOption('mcpAuth', 'cache.seconds must be a number from 0 to 3600');
  }
  if (!(Number.isSafeInteger(entries) && entries >= 1)) {
    throw invalidOption('mcpAuth', 'cache.entries must be a whole number from 1');
  }
  return { seconds, entries };
}

/** In adapters of Keycloak, `realm` selects the accepted tokens; here it is only shown in challenges. */
const realmAdvice =
  ' realm is only the name that challenges show. For a realm of Keycloak write issuer: "https://keycloak.example.com/realms/<realm>".';

function missing({ realm }: McpAuthOptions): ConfigurationError {
  return new ConfigurationError(
    'missing_option',
    'mcpAuth needs to know whose tokens to accept. Write issuer: "https://login.example.com", or set MCP_ISSUER, ' +
      `or give issuers: […], verifiers: […], a verifier, or authenticate.${realm === undefined ? '' : realmAdvice}`,
  );
}

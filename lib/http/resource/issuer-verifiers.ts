import { ConfigurationError } from '../../errors/configuration-error.js';
import type { CacheLimits, VersionedVerifier } from '../../oauth/caching-verifier.js';
import { CachingVerifier } from '../../oauth/caching-verifier.js';
import { issuerOfJwt } from '../../oauth/jwt-shape.js';
import type { TokenVerifier, TrustedVerifier } from '../../oauth/token-verifier.js';
import { sumOfHoldings } from '../../oauth/verifier-holdings.js';
import type { IssuerOptions } from './issuer-options.js';
import type { ResolvedIssuer, VerifierDefaults } from './resolve-issuer.js';
import { resolveIssuer } from './resolve-issuer.js';

/**
 * A verifier for the tokens of one issuer that still lacks an endpoint: `mcpAuth` adds the audience. If several endpoints share it, it
 * fetches its keys once for all of them.
 */
export class IssuerTokenVerifier implements TokenVerifier {
  /** The issuer, checked. */
  readonly resolved: ResolvedIssuer;
  readonly #recognizes: (token: string) => boolean;
  readonly #kind: 'forJwts' | 'forOpaque';

  constructor(resolved: ResolvedIssuer, kind: 'forJwts' | 'forOpaque', recognizes: (token: string) => boolean) {
    this.resolved = resolved;
    this.#kind = kind;
    this.#recognizes = recognizes;
  }

  /** Whether it decides about tokens that do not name their issuer. */
  get isForOpaque(): boolean {
    return this.#kind === 'forOpaque';
  }

  recognizes(token: string): boolean {
    return this.#recognizes(token);
  }

  /** @throws ConfigurationError always: the audience is not known yet */
  verify(): never {
    throw new ConfigurationError(
      'invalid_option',
      'jwtVerifier and introspectionVerifier know their audience in mcpAuth only: mcpAuth({ verifiers: […] }).',
    );
  }

  /**
   * The verifier for one endpoint.
   *
   * @param defaults - audience and clock tolerance of the endpoint
   * @param cache - how long verdicts are cached
   */
  bind(defaults: VerifierDefaults, cache: CacheLimits): TrustedVerifier {
    const tokens = this.resolved.verifiersFor(defaults);
    const verifier = tokens[this.#kind] ?? tokens.forJwts;
    const cached = cache.seconds === 0 ? verifier : new CachingVerifier(routeTo(verifier), cache);
    return {
      issuers: [this.resolved.issuer],
      recognizes: (token) => this.recognizes(token),
      verify: (token, sender) => cached.verify(token, sender),
      holdings: () => sumOfHoldings([cached]),
      check: async () => {
        await verifier.check?.();
      },
    };
  }
}

function routeTo(verifier: VersionedVerifier) {
  return { route: () => verifier, holdings: () => sumOfHoldings([verifier]) };
}

/**
 * A verifier for the JWT access tokens of one issuer (RFC 9068), for `mcpAuth({ verifiers: […] })`. It recognises a token by its `iss`.
 *
 * @param issuer - issuer identifier, or an issuer as `mcpAuth({ issuers: […] })` takes it
 * @throws ConfigurationError as `mcpAuth` does
 *
 * @example
 * ```ts
 * import { apiKeyVerifier, jwtVerifier, mcpAuth } from 'express-mcp';
 *
 * mcpAuth({
 *   resource: 'https://api.example.com/mcp',
 *   verifiers: [
 *     apiKeyVerifier({ prefix: 'nk_', find: () => undefined }),
 *     jwtVerifier('https://login.example.com'),
 *     jwtVerifier({ issuer: 'https://partner.example.net', audience: 'notes' }),
 *   ],
 * });
 * ```
 */
export function jwtVerifier(issuer: IssuerOptions | string): TokenVerifier {
  const resolved = resolveIssuer(typeof issuer === 'string' ? { issuer } : issuer);
  if (resolved.introspects !== undefined) {
    throw new ConfigurationError(
      'invalid_option',
      'jwtVerifier: it verifies with keys. Give an issuer with introspection to introspectionVerifier.',
    );
  }
  return new IssuerTokenVerifier(resolved, 'forJwts', (token) => issuerOfJwt(token) === resolved.issuer);
}

/**
 * A verifier that asks an issuer about tokens (RFC 7662), for `mcpAuth({ verifiers: […] })`. It recognises every token that is not a
 * JWT, so put it behind verifiers that know their tokens by a prefix. With `tokens: 'all'` it also recognises the JWTs of its issuer.
 *
 * @param issuer - an issuer with `introspection`, as `mcpAuth({ issuers: […] })` takes it
 * @throws ConfigurationError as `mcpAuth` does
 *
 * @example
 * ```ts
 * import { introspectionVerifier, jwtVerifier, mcpAuth } from 'express-mcp';
 *
 * const introspection = { clientId: 'notes-api', clientSecret: process.env['API_SECRET'] ?? 'for the docs' };
 * mcpAuth({
 *   resource: 'https://api.example.com/mcp',
 *   verifiers: [
 *     jwtVerifier('https://login.example.com'),
 *     introspectionVerifier({ issuer: 'https://legacy.example.com', introspection }),
 *   ],
 * });
 * ```
 */
export function introspectionVerifier(issuer: IssuerOptions): TokenVerifier {
  const resolved = resolveIssuer(issuer);
  if (resolved.introspects === undefined) {
    throw new ConfigurationError(
      'missing_option',
      'introspectionVerifier: say how to ask: { issuer: "https://…", introspection: { clientId: "…", clientSecret: "…" } }.',
    );
  }
  return new IssuerTokenVerifier(resolved, 'forOpaque', (token) => {
    const found = issuerOfJwt(token);
    return found === undefined || (resolved.introspects === 'all' && found === resolved.issuer);
  });
}

import { AccessDeniedError } from '../errors/access-denied-error.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { UnauthorizedError } from '../errors/unauthorized-error.js';
import { QuestionQueue, queueLimits } from '../oauth/question-queue.js';
import { hashToken } from '../oauth/token-hash.js';
import { ExpiringMap } from '../stores/expiring-map.js';
import { RefusedScopes } from './exchange-refusal.js';
import type { ExchangedToken } from './exchanged-token.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenExchangeError } from './token-exchange-error.js';
import type { ResolvedExchange, TokenExchangeOptions } from './token-exchange-options.js';
import { resolveTokenExchangeOptions } from './token-exchange-options.js';
import type { UpstreamCaller, UpstreamContext } from './upstream-context.js';

/** Gets tokens for one upstream API. */
export interface TokenExchange {
  /**
   * A token for the upstream API in place of the caller's. It is kept until shortly before it ends, and never longer than
   * the caller's token lasts. Calls with the same token at the same time share one request.
   *
   * @param ctx - the context of the call
   * @returns the access token, for the `Authorization` field of requests to the upstream API
   * @throws InsufficientScopeError when the authorization server refuses the scopes, and the caller lacks them
   * @throws InvalidTokenError when the authorization server does not accept the caller's token any more
   * @throws UnauthorizedError when the call is anonymous
   * @throws AccessDeniedError when the caller's credential is of an issuer that the authorization server is not told about
   * @throws TemporarilyUnavailableError when the authorization server cannot be reached
   * @throws TokenExchangeError when it refuses this server, or answers what must not be used
   */
  token(ctx: UpstreamContext): Promise<string>;
}

const maxTokens = 10_000;
const maxConcurrentRequests = 16;
// A token must not end on its way to the upstream API.
const marginSeconds = 10;

/**
 * Exchanges the caller's token for one that an upstream API accepts, by RFC 8693 or the on-behalf-of flow of Entra ID. The
 * caller's own token is for this server only and must not be passed on (MCP `basic/authorization#token-handling`).
 *
 * @param options - see {@link TokenExchangeOptions}
 * @throws ConfigurationError `missing_option`, `invalid_option`, `invalid_scope` or `unknown_option`
 *
 * @example
 * ```ts
 * import { createRegistry } from 'express-mcp';
 * import { relayInsufficientScope, tokenExchange } from 'express-mcp/upstream';
 *
 * const orders = tokenExchange({
 *   issuer: 'https://login.example.com',
 *   client: { clientId: 'notes-server', clientSecret: 'a secret from your configuration' },
 *   audience: 'https://orders.example.com',
 *   scopes: ['orders:read'],
 * });
 *
 * const registry = createRegistry({ name: 'shop', version: '1.0.0' });
 * registry.tool('orders', { scopes: ['orders:read'] }, async (_args, ctx) => {
 *   const headers = { authorization: `Bearer ${await orders.token(ctx)}` };
 *   const response = await fetch('https://orders.example.com/orders', { headers, signal: ctx.signal });
 *   return relayInsufficientScope(response, ctx).text();
 * });
 * ```
 */
export function tokenExchange(options: TokenExchangeOptions): TokenExchange {
  const exchanger = new Exchanger(resolveTokenExchangeOptions(options));
  return { token: (ctx) => exchanger.token(ctx) };
}

class Exchanger {
  readonly #options: ResolvedExchange;
  readonly #endpoint: TokenEndpoint;
  readonly #tokens = new ExpiringMap<ExchangedToken>(maxTokens);
  readonly #pending = new Map<string, Promise<ExchangedToken>>();
  readonly #queue = new QuestionQueue(queueLimits(maxConcurrentRequests));

  constructor(options: ResolvedExchange) {
    this.#options = options;
    this.#endpoint = new TokenEndpoint(options);
  }

  async token(ctx: UpstreamContext): Promise<string> {
    const caller = this.#exchangeable(ctx.auth);
    try {
      return (await this.#tokenFor(caller)).token;
    } catch (error) {
      if (error instanceof RefusedScopes) throw this.#stepUp(error, ctx);
      throw error;
    }
  }

  /** Fails closed: a credential is sent to the authorization server only if an issuer of its own stands behind it. */
  #exchangeable(auth: UpstreamContext['auth']): UpstreamCaller {
    const { callerIssuers, stepUpScopes } = this.#options;
    if (auth === undefined) throw new UnauthorizedError(stepUpScopes);
    // Work that another process goes on with has the caller and not the token.
    if (auth.token === '') throw new InvalidTokenError('The access token is not kept beyond its request');
    if (auth.issuer === undefined || !callerIssuers.has(auth.issuer)) {
      throw new AccessDeniedError({ kind: 'endpoint' }, 'Sign in with another kind of credential to use this');
    }
    // The clock tolerance lets tokens in that have just ended; nothing is made of them that lasts longer.
    if ((auth.expiresAt ?? Infinity) * 1000 <= Date.now()) throw new InvalidTokenError('The access token expired');
    return auth;
  }

  #tokenFor(caller: UpstreamCaller): ExchangedToken | Promise<ExchangedToken> {
    // With the caller beside the token, or a verifier that takes one token for two callers would mix them up.
    const { issuer, subject, clientId, token } = caller;
    const key = hashToken(JSON.stringify([issuer, subject, clientId, token]));
    const known = this.#tokens.get(key) ?? this.#pending.get(key);
    if (known !== undefined) return known;
    const asked = this.#ask(key, caller).finally(() => this.#pending.delete(key));
    this.#pending.set(key, asked);
    return asked;
  }

  async #ask(key: string, caller: UpstreamCaller): Promise<ExchangedToken> {
    const exchanged = await this.#queue.ask(() => this.#endpoint.exchange(caller));
    // The end of a token that does not state it is not known, so it serves once.
    const ends = Math.min(exchanged.expiresAt ?? 0, caller.expiresAt ?? Infinity);
    this.#tokens.set(key, exchanged, ends - Date.now() / 1000 - marginSeconds);
    return exchanged;
  }

  #stepUp(refusal: RefusedScopes, ctx: UpstreamContext): unknown {
    const { stepUpScopes } = this.#options;
    if (stepUpScopes.length > 0) ctx.requireScopes(...stepUpScopes);
    // The caller holds them already: asking for them once more would not end.
    return new TokenExchangeError('The authorization server refuses the scopes of tokenExchange', { cause: refusal });
  }
}

import type { ClientAuth, TokenEndpointResponse } from 'oauth4webapi';
import {
  allowInsecureRequests,
  customFetch,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
} from 'oauth4webapi';
import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import type { Authenticate } from '../oauth/client-authentication.js';
import { fetchBounded, metadataLimits } from '../oauth/fetch-bounded.js';
import { issuerMember } from '../oauth/issuer-discovery.js';
import type { Refreshed } from '../oauth/refreshed.js';
import { readRefusal } from './exchange-refusal.js';
import type { ExchangedToken } from './exchanged-token.js';
import { checkExchangedToken } from './exchanged-token.js';
import { requestFor } from './exchange-request.js';
import { TokenExchangeError } from './token-exchange-error.js';
import type { ResolvedExchange } from './token-exchange-options.js';
import type { UpstreamCaller } from './upstream-context.js';

/** The token endpoint of an authorization server, asked for tokens in place of others. */
export class TokenEndpoint {
  readonly #options: ResolvedExchange;
  readonly #url: Refreshed<string>;
  readonly #clientAuth: ClientAuth;

  constructor(options: ResolvedExchange) {
    this.#options = options;
    this.#url = issuerMember('token_endpoint', options.issuer);
    this.#clientAuth = clientAuthWith(options.authenticate);
  }

  /**
   * Asks for a token in place of the caller's.
   *
   * @param caller - whose token it is
   * @throws TemporarilyUnavailableError, InvalidTokenError, RefusedScopes or TokenExchangeError
   */
  async exchange(caller: UpstreamCaller): Promise<ExchangedToken> {
    const { profile } = this.#options;
    const server = { issuer: this.#options.issuer, token_endpoint: await this.#reach(() => this.#url.get()) };
    const { grantType, parameters } = requestFor(caller.token, this.#options);
    const response = await this.#reach(() =>
      genericTokenEndpointRequest(server, this.#client, this.#clientAuth, grantType, parameters, {
        // Discovery refuses endpoints with http that are not on this machine.
        [allowInsecureRequests]: true,
        [customFetch]: (url, { method, headers, body }) => fetchBounded(url, { method, headers, body }, metadataLimits),
      }),
    );
    if (response.status >= 500 || response.status === 429) throw unavailable(`It answered ${String(response.status)}`);
    if (response.status !== 200) throw await readRefusal(response, { profile, token: caller.token });
    return checkExchangedToken(await this.#read(server, response), caller, this.#options);
  }

  get #client(): { readonly client_id: string } {
    return { client_id: this.#options.clientId };
  }

  /** RFC 6749 §5.1 */
  async #read(server: { readonly issuer: string }, response: Response): Promise<TokenEndpointResponse> {
    try {
      return await processGenericTokenEndpointResponse(server, this.#client, response);
    } catch (error) {
      // The error of the library has the whole answer in it, with the token, so that its text alone goes on.
      throw new TokenExchangeError(`The answer of the authorization server is not valid: ${textOf(error)}`);
    }
  }

  async #reach<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      throw unavailable('It cannot be reached', cause);
    }
  }
}

function clientAuthWith(authenticate: Authenticate): ClientAuth {
  return async (_server, _client, body, headers) => {
    const own = await authenticate();
    for (const [name, value] of Object.entries(own.headers)) headers.set(name, value);
    for (const [name, value] of Object.entries(own.parameters)) body.set(name, value);
  };
}

function unavailable(text: string, cause?: unknown): TemporarilyUnavailableError {
  const reason = new TokenExchangeError(`The authorization server of tokenExchange: ${text}`, { cause });
  return new TemporarilyUnavailableError(retryAfterSeconds.outageEnds, { cause: reason });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be read';
}

import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import type { Person } from './person.js';
import { demandedSignIn } from './step-up-challenge.js';

type Saved<K extends keyof OAuthClientProvider> = Awaited<
  ReturnType<Extract<OAuthClientProvider[K], (...args: never[]) => unknown>>
>;

/**
 * The part of an application that uses an MCP client: a store for the client, and a user who is sent to the authorization server. The
 * client has the logic of OAuth, except for RFC 9470.
 */
export class ClientSession implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:33333/callback';
  readonly clientMetadata: OAuthClientProvider['clientMetadata'];
  /** Authorization URLs that the user was sent to. */
  readonly authorizations: URL[] = [];
  readonly #user: Person;
  readonly #remembered: {
    callback?: URLSearchParams;
    demand?: Readonly<Record<string, string>>;
    discovery?: Saved<'discoveryState'>;
    information?: Saved<'clientInformation'>;
    tokens?: Saved<'tokens'>;
    verifier?: string;
  } = {};

  /**
   * @param user - goes where the client sends them
   * @param grantTypes - for the client's registration
   */
  constructor(user: Person, grantTypes: readonly string[] = ['authorization_code', 'refresh_token']) {
    this.#user = user;
    this.clientMetadata = {
      client_name: 'Demo client',
      redirect_uris: [this.redirectUrl],
      grant_types: [...grantTypes],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    };
  }

  /** The authorization server's answer, which came through the user's browser. */
  takeCallback(): URLSearchParams {
    const { callback } = this.#remembered;
    if (callback === undefined) throw new Error('The user has not been to the authorization server');
    delete this.#remembered.callback;
    return callback;
  }

  /**
   * Makes a `fetch` that understands a demand for a stronger or more recent sign-in (RFC 9470). The client alone would refresh the
   * token, which does not change the sign-in. Without tokens it sends the user to the authorization server.
   *
   * @param next - sends the requests
   */
  fetchWith(next: typeof fetch): typeof fetch {
    return async (input, init) => {
      const response = await next(input, init);
      const demand = response.status === 401 ? demandedSignIn(response.headers.get('www-authenticate')) : undefined;
      if (demand !== undefined) {
        this.#remembered.demand = demand;
        delete this.#remembered.tokens;
      }
      return response;
    };
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    for (const [name, value] of Object.entries(this.#remembered.demand ?? {})) url.searchParams.set(name, value);
    delete this.#remembered.demand;
    this.authorizations.push(url);
    this.#remembered.callback = (await this.#user.visit(url)).searchParams;
  }

  clientInformation(): Saved<'clientInformation'> {
    return this.#remembered.information;
  }

  saveClientInformation(information: Saved<'clientInformation'>): void {
    this.#remembered.information = information;
  }

  tokens(): Saved<'tokens'> {
    return this.#remembered.tokens;
  }

  saveTokens(tokens: Saved<'tokens'>): void {
    this.#remembered.tokens = tokens;
  }

  codeVerifier(): string {
    return this.#remembered.verifier ?? '';
  }

  saveCodeVerifier(verifier: string): void {
    this.#remembered.verifier = verifier;
  }

  discoveryState(): Saved<'discoveryState'> {
    return this.#remembered.discovery;
  }

  saveDiscoveryState(state: Saved<'discoveryState'>): void {
    this.#remembered.discovery = state;
  }
}

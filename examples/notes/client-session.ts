import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import type { Person } from './person.js';

type Saved<K extends keyof OAuthClientProvider> = Awaited<
  ReturnType<Extract<OAuthClientProvider[K], (...args: never[]) => unknown>>
>;

/**
 * What an application that uses an MCP client brings along: a place for what the client wants to remember, and a user who
 * is sent to the authorization server. It holds no logic of OAuth; that is the client's.
 */
export class ClientSession implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:33333/callback';
  readonly clientMetadata: OAuthClientProvider['clientMetadata'];
  /** Authorization URLs that the user was sent to. */
  readonly authorizations: URL[] = [];
  readonly #user: Person;
  readonly #remembered: {
    callback?: URLSearchParams;
    discovery?: Saved<'discoveryState'>;
    information?: Saved<'clientInformation'>;
    tokens?: Saved<'tokens'>;
    verifier?: string;
  } = {};

  /**
   * @param user - goes where the client sends them
   * @param grantTypes - what the client registers for
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

  /** What the authorization server sent back through the user's browser. */
  takeCallback(): URLSearchParams {
    const { callback } = this.#remembered;
    if (callback === undefined) throw new Error('The user has not been to the authorization server');
    delete this.#remembered.callback;
    return callback;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
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

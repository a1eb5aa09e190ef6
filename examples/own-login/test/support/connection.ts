import type { OAuthClientProvider } from '@modelcontextprotocol/client';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import type { Visitor } from './browser.js';

type Saved<K extends keyof OAuthClientProvider> = Awaited<
  ReturnType<Extract<OAuthClientProvider[K], (...args: never[]) => unknown>>
>;

/** The official client's store for a sign-in. */
export class Memory implements OAuthClientProvider {
  readonly redirectUrl = 'http://127.0.0.1:33333/callback';
  readonly clientMetadata: OAuthClientProvider['clientMetadata'];
  readonly clientMetadataUrl?: string;
  callback: URL | undefined;
  readonly #visitor: Visitor;
  #discovery: Saved<'discoveryState'>;
  #information: Saved<'clientInformation'>;
  #tokens: Saved<'tokens'>;
  #verifier = '';

  constructor(visitor: Visitor, name: string, metadataUrl?: string) {
    this.#visitor = visitor;
    if (metadataUrl !== undefined) this.clientMetadataUrl = metadataUrl;
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
    };
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    this.callback = await this.#visitor.authorize(url);
  }

  clientInformation(): Saved<'clientInformation'> {
    return this.#information;
  }

  saveClientInformation(information: Saved<'clientInformation'>): void {
    this.#information = information;
  }

  tokens(): Saved<'tokens'> {
    return this.#tokens;
  }

  saveTokens(tokens: Saved<'tokens'>): void {
    this.#tokens = tokens;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  discoveryState(): Saved<'discoveryState'> {
    return this.#discovery;
  }

  saveDiscoveryState(state: Saved<'discoveryState'>): void {
    this.#discovery = state;
  }
}

/** An MCP client of a user: the official one, with its store. */
export class Connection {
  readonly memory: Memory;
  readonly #endpoint: URL;
  readonly #open: Client[] = [];

  constructor(
    endpoint: URL,
    visitor: Visitor,
    options: { readonly name?: string; readonly metadataUrl?: string } = {},
  ) {
    this.#endpoint = endpoint;
    this.memory = new Memory(visitor, options.name ?? 'Test client', options.metadataUrl);
  }

  get accessToken(): string {
    return this.memory.tokens()?.access_token ?? '';
  }

  get refreshToken(): string {
    return this.memory.tokens()?.refresh_token ?? '';
  }

  get clientId(): string {
    return this.memory.clientInformation()?.client_id ?? '';
  }

  /** Connects, with a sign-in if there is no token yet. */
  async connect(): Promise<Client> {
    const transport = this.#newTransport();
    const client = this.#newClient();
    try {
      await client.connect(transport);
      return client;
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await this.#finish(transport);
      return this.connect();
    }
  }

  /** Calls a tool. If that needs more scopes, the user is asked, and the call is repeated. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<{ readonly structuredContent?: unknown }> {
    const transport = this.#newTransport();
    const client = this.#newClient();
    await client.connect(transport);
    try {
      return await client.callTool({ name, arguments: args });
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await this.#finish(transport);
      return await client.callTool({ name, arguments: args });
    }
  }

  /** Uses a refresh token, as a client does. */
  async refresh(token = this.refreshToken): Promise<{ readonly status: number; readonly body: TokenAnswer }> {
    const response = await fetch(new URL('/oauth/token', this.#endpoint), {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, client_id: this.clientId }),
    });
    return { status: response.status, body: (await response.json()) as TokenAnswer };
  }

  /** Status of a call with a token, sent without the client. */
  async statusOf(token = this.accessToken): Promise<number> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    await response.body?.cancel();
    return response.status;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((client) => client.close()));
  }

  #newTransport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(this.#endpoint, { authProvider: this.memory });
  }

  #newClient(): Client {
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    this.#open.push(client);
    return client;
  }

  async #finish(transport: StreamableHTTPClientTransport): Promise<void> {
    if (this.memory.callback === undefined) throw new Error('The user was not asked');
    await transport.finishAuth(this.memory.callback.searchParams);
  }
}

/** The token endpoint's answer. */
export interface TokenAnswer {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly error?: string;
}

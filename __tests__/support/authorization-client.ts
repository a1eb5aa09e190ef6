import { createHash, randomBytes } from 'node:crypto';
import { Person } from '../../examples/notes/person.js';

type Json = Readonly<Record<string, unknown>>;

const redirectUri = 'http://127.0.0.1:33333/callback';

/** One authorization, beyond what every client sends. */
export interface Authorization {
  readonly clientId: string;
  readonly scope: string;
  readonly person?: Person;
  /** Further parameters of the authorization request. */
  readonly more?: Readonly<Record<string, string>>;
  /** A parameter that is left out. */
  readonly without?: 'code_challenge' | 'resource';
}

/** A client of an authorization server as a test writes it down: each request by hand. */
export class AuthorizationClient {
  readonly issuer: string;
  readonly resource: string;

  constructor(issuer: string, resource: string) {
    this.issuer = issuer;
    this.resource = resource;
  }

  async fetchJson(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: Json }> {
    const response = await fetch(`${this.issuer}${path}`, init);
    return { status: response.status, body: (await response.json()) as Json };
  }

  /** @returns what the server answered to the registration of a public native client */
  async register(more: Json = {}): Promise<Json> {
    const metadata = {
      client_name: 'Test client',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      ...more,
    };
    const headers = { 'content-type': 'application/json' };
    return (await this.fetchJson('/reg', { method: 'POST', headers, body: JSON.stringify(metadata) })).body;
  }

  async registerId(more: Json = {}): Promise<string> {
    return String((await this.register(more))['client_id']);
  }

  /** The address to which a client sends its user, and the secret that goes with it. */
  authorizationUrl({ clientId, scope, without, more }: Omit<Authorization, 'person'>) {
    const verifier = randomBytes(32).toString('base64url');
    const url = new URL(`${this.issuer}/auth`);
    url.search = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      resource: this.resource,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    }).toString();
    if (without !== undefined) url.searchParams.delete(without);
    if (without === 'code_challenge') url.searchParams.delete('code_challenge_method');
    return { url, verifier };
  }

  /** One authorization as a client does it: what the callback says, and what the token request answers. */
  async authorize({ person = new Person({ name: 'ada' }), ...authorization }: Authorization) {
    const { url, verifier } = this.authorizationUrl(authorization);
    const callback = (await person.visit(url)).searchParams;
    const code = callback.get('code');
    if (code === null) return { callback, tokens: {} as Json };
    const tokens = await this.token({
      grant_type: 'authorization_code',
      client_id: authorization.clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      resource: this.resource,
    });
    return { callback, tokens };
  }

  async token(
    parameters: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Json> {
    const body = new URLSearchParams(parameters);
    return (await this.fetchJson('/token', { method: 'POST', body, headers })).body;
  }

  /** The first page that a browser shows for an authorization. */
  async openPage(url: URL): Promise<Response> {
    const redirect = await fetch(url, { redirect: 'manual' });
    const cookie = redirect.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    return fetch(new URL(redirect.headers.get('location') ?? '', url), { headers: { cookie } });
  }
}

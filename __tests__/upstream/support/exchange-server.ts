import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';
import type { TestIssuer, TestTokenOptions } from '../../../lib/testing/index.js';
import { createTestIssuer } from '../../../lib/testing/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';

export const resource = 'https://api.example.com/mcp';
export const ordersApi = 'https://orders.example.com';
export const clientId = 'notes-server';
export const clientSecret = 'server secret: 100%';

/** Parameters sent to the token endpoint. */
export type Asked = Readonly<Record<string, string>>;

type Answer = Readonly<Record<string, unknown>>;

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const bearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
  ) {
    super(error);
  }
}

/**
 * An authorization server that exchanges tokens, by RFC 8693 §2 and in the form of Entra's on-behalf-of flow. It verifies its input and
 * signs its output. Callers get `orders:…` only with a token that has it, too.
 */
export class ExchangeServer {
  readonly http = new FakeIssuer();
  /** The requests, in order. */
  readonly asked: Asked[] = [];
  /** Changes an answer before it is sent. */
  change: (answer: Answer, asked: Asked) => Answer = (answer) => answer;
  /** Changes the token that is issued. */
  issue: TestTokenOptions = {};
  /** Answers in place of the token endpoint. */
  instead: ((response: ServerResponse, asked: Asked) => void) | undefined;
  /** Waits before each answer. */
  before: () => Promise<void> = () => Promise.resolve();
  /** The public key of a client that authenticates by a private one; undefined for one with a secret. */
  clientKey: CryptoKey | undefined;
  readonly #usedAssertions = new Set<unknown>();
  #issuer: TestIssuer | undefined;

  get issuer(): string {
    return this.http.origin;
  }

  async start(): Promise<this> {
    await this.http.listen();
    this.#issuer = await createTestIssuer({ issuer: this.http.origin, audience: resource });
    this.http.publish(this.#issuer.jwks, { token_endpoint: `${this.http.origin}/token` });
    this.http.routes.set('/token', (request, response) => void this.#serve(request, response));
    return this;
  }

  /** Forgets the requests and the changes of answers. */
  reset(): void {
    this.asked.length = 0;
    this.change = (answer) => answer;
    this.issue = {};
    this.instead = undefined;
    this.clientKey = undefined;
    this.before = () => Promise.resolve();
  }

  token(options: TestTokenOptions = {}): Promise<string> {
    return this.#keys.token(options);
  }

  /** Verifies a token that this server has signed. */
  async verify(token: string, audience: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, createLocalJWKSet(this.#keys.jwks), { issuer: this.issuer, audience });
    return payload;
  }

  close(): Promise<void> {
    return this.http.close();
  }

  get #keys(): TestIssuer {
    if (this.#issuer === undefined) throw new Error('The server was not started');
    return this.#issuer;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = Object.fromEntries(new URLSearchParams(await textOf(request)));
    this.asked.push(asked);
    await this.before();
    if (this.instead !== undefined) {
      this.instead(response, asked);
      return;
    }
    try {
      await this.#assertClient(request, asked);
      sendJson(response, 200, this.change(await this.#exchange(asked), asked));
    } catch (error) {
      const { status, error: code } = error instanceof Refusal ? error : new Refusal(500, 'server_error');
      sendJson(response, status, { error: code, error_description: `Refused: ${asked['subject_token'] ?? ''}` });
    }
  }

  /** RFC 6749 §2.3.1, or RFC 7523 §2.2 and §3 for a client with a key. */
  async #assertClient(request: IncomingMessage, asked: Asked): Promise<void> {
    if (this.clientKey === undefined) {
      assertSecret(request);
      return;
    }
    try {
      const { payload } = await jwtVerify(asked['client_assertion'] ?? '', this.clientKey, {
        issuer: clientId,
        subject: clientId,
        audience: this.issuer,
        requiredClaims: ['exp', 'jti'],
      });
      const isJwt = asked['client_assertion_type'] === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      if (!isJwt || this.#usedAssertions.has(payload.jti) || request.headers.authorization !== undefined) {
        throw new Error();
      }
      this.#usedAssertions.add(payload.jti);
    } catch {
      throw new Refusal(401, 'invalid_client');
    }
  }

  async #exchange(asked: Asked): Promise<Answer> {
    const isOnBehalfOf = asked['grant_type'] === bearerGrant && asked['requested_token_use'] === 'on_behalf_of';
    if (!isOnBehalfOf && asked['grant_type'] !== exchangeGrant) throw new Refusal(400, 'unsupported_grant_type');
    const subject = isOnBehalfOf ? await this.#assertion(asked) : await this.#subject(asked);
    const scopes = (asked['scope'] ?? '').split(' ').map((scope) => scope.replace('/.default', '/orders:read'));
    const held = String(subject['scope']).split(' ');
    if (!scopes.every((scope) => held.includes(scope.slice(scope.lastIndexOf('/') + 1)))) {
      throw new Refusal(400, 'invalid_scope');
    }
    const token = await this.#keys.token({
      subject: subject.sub ?? '',
      clientId,
      audience: ordersApi,
      scope: scopes.map((scope) => scope.slice(scope.lastIndexOf('/') + 1)),
      expiresIn: 3600,
      ...this.issue,
    });
    const common = { access_token: token, token_type: 'Bearer', expires_in: 3600, scope: scopes.join(' ') };
    return isOnBehalfOf ? common : { ...common, issued_token_type: accessToken };
  }

  /** RFC 8693 §2.1, §2.2.2 */
  async #subject(asked: Asked): Promise<JWTPayload> {
    if (asked['subject_token_type'] !== accessToken) throw new Refusal(400, 'invalid_request');
    if (asked['audience'] !== undefined && asked['audience'] !== ordersApi) throw new Refusal(400, 'invalid_target');
    return this.#verified(asked['subject_token'], 'invalid_request');
  }

  async #assertion(asked: Asked): Promise<JWTPayload> {
    return this.#verified(asked['assertion'], 'invalid_grant');
  }

  async #verified(token: string | undefined, error: string): Promise<JWTPayload> {
    try {
      return await this.verify(token ?? '', resource);
    } catch {
      throw new Refusal(400, error);
    }
  }
}

/** RFC 6749 §2.3.1 */
function assertSecret({ headers: { authorization } }: IncomingMessage): void {
  const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
  if (authorization === `Basic ${btoa(`${encode(clientId)}:${encode(clientSecret)}`)}`) return;
  throw new Refusal(401, 'invalid_client');
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

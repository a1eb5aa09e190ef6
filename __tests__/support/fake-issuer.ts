import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server on a free port that tests let behave as badly as they like. It is called fake for what it says, not how. */
export class FakeIssuer {
  /** Paths that were asked for, in order. */
  readonly requests: string[] = [];
  readonly routes = new Map<string, Handler>();
  /** `Access-Control-Allow-Origin` of its JSON, if any. */
  corsOrigin: string | undefined;
  readonly #server: Server;
  #origin = '';

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      this.requests.push(path);
      const handler = this.routes.get(path);
      if (handler === undefined) response.writeHead(404).end();
      else handler(request, response);
    });
  }

  get origin(): string {
    return this.#origin;
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.#origin = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
    return this;
  }

  /** Answers a path with JSON. */
  json(path: string, body: unknown): void {
    this.routes.set(path, (_request, response) => {
      const cors = this.corsOrigin === undefined ? {} : { 'access-control-allow-origin': this.corsOrigin };
      response.writeHead(200, { 'content-type': 'application/json', ...cors }).end(JSON.stringify(body));
    });
  }

  /** Publishes metadata and keys as an authorization server does. */
  publish(jwks: object, metadata: object = {}): void {
    this.json('/.well-known/oauth-authorization-server', {
      issuer: this.#origin,
      jwks_uri: `${this.#origin}/jwks`,
      ...metadata,
    });
    this.json('/jwks', jwks);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

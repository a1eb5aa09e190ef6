import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { duplexPair } from 'node:stream';

/** A request to the app. */
export interface InProcessRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Node's HTTP server around an app, which is reached through a pair of streams: nothing listens, and no port is taken. */
export class InProcessServer {
  readonly #server: Server;
  readonly #connections = new Set<Duplex>();

  constructor(app: RequestListener) {
    this.#server = createServer(app);
  }

  /** @returns the response, whose body is still coming */
  ask({ method, path, headers = {}, body, signal }: InProcessRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const asking = request({ method, path, headers, signal, createConnection: () => this.#connect() });
      asking.once('response', resolve).once('error', reject);
      asking.end(body);
    });
  }

  /** Ends the connections that are still open. */
  close(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #connect(): Duplex {
    const [client, server] = duplexPair();
    // Apps read it: `req.ip`, rate limits, logs.
    Object.assign(server, { remoteAddress: '127.0.0.1', remoteFamily: 'IPv4' });
    this.#connections.add(client);
    client.once('close', () => {
      this.#connections.delete(client);
      // The two ends of a pair do not know of each other's destruction.
      server.destroy();
    });
    this.#server.emit('connection', server);
    return client;
  }
}

/** The whole body as text. */
export async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  return text;
}

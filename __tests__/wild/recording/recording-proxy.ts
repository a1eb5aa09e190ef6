import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RecordedExchange } from './recorded.js';
import { answerOf, keptHeaders } from './recorded.js';

/** Stands between a client and an endpoint, and writes down what goes through. */
export class RecordingProxy {
  readonly exchanges: RecordedExchange[] = [];
  readonly #servers: Server[] = [];

  /**
   * @param app - the endpoint
   * @returns the URL for the client
   */
  async listen(app: RequestListener): Promise<string> {
    const target = await this.#start(app);
    const port = await this.#start((request, response) => {
      this.#pass(request, response, target).catch(() => response.destroy());
    });
    return `http://127.0.0.1:${port}/mcp`;
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #start(listener: RequestListener): Promise<number> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async #pass(request: IncomingMessage, response: ServerResponse, port: number): Promise<void> {
    const { method = '', url = '', headers } = request;
    const sent = await text(request);
    const place = this.exchanges.push({ method, path: url, headers: {}, status: 0 }) - 1;
    const passed = send({ host: '127.0.0.1', port, method, path: url, headers }).end(sent);
    const [answer] = (await once(passed, 'response')) as [IncomingMessage];
    const { statusCode: status = 0, headers: answered } = answer;
    const contentType = answered['content-type'];
    const exchange = {
      method,
      path: url,
      headers: keptHeaders(headers),
      ...(sent === '' ? {} : { body: JSON.parse(sent) as unknown }),
      status,
      ...(contentType === undefined ? {} : { contentType }),
    };
    this.exchanges[place] = exchange;
    response.writeHead(status, answered);
    const chunks: string[] = [];
    for await (const chunk of answer.setEncoding('utf8') as AsyncIterable<string>) {
      chunks.push(chunk);
      response.write(chunk);
      const said = answerOf(chunks.join(''));
      if (method === 'POST' && said !== undefined) this.exchanges[place] = { ...exchange, answer: said };
    }
    response.end();
  }
}

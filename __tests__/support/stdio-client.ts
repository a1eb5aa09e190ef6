import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Registry } from '../../lib/index.js';
import type { StdioServer } from '../../lib/stdio/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import type { JsonRpcMessage } from './running-endpoint.js';

/** A client over the streams of a stdio server, which a test leads step by step. */
export class StdioClient {
  /** Everything that the server wrote so far. */
  readonly messages: JsonRpcMessage[] = [];
  readonly #input = new PassThrough();
  readonly #output = new PassThrough();
  readonly #server: Promise<StdioServer>;
  #rest = '';

  constructor(registry: Registry) {
    this.#output.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString('utf8')).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.messages.push(JSON.parse(line) as JsonRpcMessage);
    });
    this.#server = serveStdio(registry, { input: this.#input, output: this.#output });
  }

  write(message: object): void {
    this.#input.write(`${JSON.stringify(message)}\n`);
  }

  /** Sends a request and waits for its answer. */
  async request(message: object): Promise<void> {
    this.write(message);
    const { id } = message as { readonly id?: unknown };
    await this.until(() => this.messages.some((each) => each.id === id && each.method === undefined));
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await once(this.#output, 'data');
  }

  /** Closes the input, and waits until the server has written everything. */
  async end(): Promise<void> {
    this.#input.end();
    await (
      await this.#server
    ).closed;
  }
}

import { PassThrough } from 'node:stream';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { Auth } from '../../oauth/auth.js';
import type { AnyRegistry } from '../../registry/any-registry.js';
import { readLines } from '../../stdio/line-reader.js';
import type { StdioServer } from '../../stdio/serve-stdio.js';
import { serveStdio } from '../../stdio/serve-stdio.js';
import type { Channel, Exchange, WireRequest } from './channel.js';
import { notificationOf, resultOf, serverRequestOf } from './channel.js';
import { TestClientError } from './test-client-error.js';

/** A request that has no answer yet. */
interface Waiting extends Exchange {
  readonly settle: (message: Readonly<Record<string, unknown>>) => void;
  readonly fail: (error: Error) => void;
}

/** A server on streams of its own, as `serveStdio` runs it. */
interface RunningServer {
  readonly server: StdioServer;
  readonly input: PassThrough;
  readonly waiting: Map<unknown, Waiting>;
}

/** Options of {@link StdioChannel}. */
export interface StdioChannelOptions {
  readonly scopes: readonly string[];
  /** The caller with these scopes; undefined for none. */
  readonly callerWith: (scopes: readonly string[]) => Auth | undefined;
}

// Far more than any message; the tests run in one process.
const maxLineBytes = 1024 * 1024 * 1024;

/** Messages to a registry without an app, a line each (MCP `basic/transports/stdio`). */
export class StdioChannel implements Channel {
  readonly #registry: AnyRegistry;
  readonly #options: StdioChannelOptions;
  readonly #servers: RunningServer[] = [];
  #scopes: readonly string[];
  #current: Promise<RunningServer>;

  constructor(registry: AnyRegistry, options: StdioChannelOptions) {
    this.#registry = registry;
    this.#options = options;
    this.#scopes = options.scopes;
    this.#current = this.#start();
  }

  get scopes(): readonly string[] {
    return this.#scopes;
  }

  /** The caller of a process cannot change, so another one begins. The first still answers what it was asked. */
  async addScopes(scopes: readonly string[]): Promise<void> {
    this.#scopes = [...new Set([...this.#scopes, ...scopes])];
    this.#current = this.#start();
    await this.#current;
  }

  async send(request: WireRequest, exchange: Exchange): Promise<Readonly<Record<string, unknown>>> {
    const { input, waiting } = await this.#current;
    const { signal } = exchange;
    signal?.throwIfAborted();
    const cancel = (): void => {
      const reason: unknown = signal?.reason;
      waiting.get(request.id)?.fail(reason instanceof Error ? reason : new Error('The request was aborted'));
      input.write(line({ method: 'notifications/cancelled', params: { requestId: request.id } }));
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const answered = new Promise<Readonly<Record<string, unknown>>>((settle, fail) => {
        waiting.set(request.id, { ...exchange, settle, fail });
      });
      input.write(line(request));
      return resultOf(await answered);
    } finally {
      waiting.delete(request.id);
      signal?.removeEventListener('abort', cancel);
    }
  }

  async notify(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { input } = await this.#current;
    input.write(line({ method, params }));
  }

  async close(): Promise<void> {
    await this.#current;
    await Promise.all(
      this.#servers.map(async ({ server, input }) => {
        input.end();
        await server.closed;
      }),
    );
  }

  async #start(): Promise<RunningServer> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const auth = this.#options.callerWith(this.#scopes);
    const server = await serveStdio(this.#registry, { input, output, ...(auth === undefined ? {} : { auth }) });
    const waiting = new Map<unknown, Waiting>();
    void server.closed.then(() => output.end());
    void receive(output, waiting, (message) => input.write(line(message)));
    const running = { server, input, waiting };
    this.#servers.push(running);
    return running;
  }
}

async function receive(
  output: PassThrough,
  waiting: ReadonlyMap<unknown, Waiting>,
  reply: (message: object) => void,
): Promise<void> {
  for await (const read of readLines(output, maxLineBytes)) {
    const message: unknown = read.kind === 'line' ? JSON.parse(read.text) : undefined;
    if (!isObject(message)) continue;
    const notification = notificationOf(message);
    const asked = serverRequestOf(message);
    if (asked !== undefined) {
      // One process is one client; any request in work may have made the server ask.
      const [first] = [...waiting.values()].flatMap(({ onRequest }) => onRequest ?? []);
      void first?.(asked).then((result) => {
        reply({ id: asked.id, result });
      });
    } else if (notification === undefined) waiting.get(message['id'])?.settle(message);
    else for (const { onNotification } of waiting.values()) onNotification(notification);
  }
  for (const { fail } of waiting.values()) fail(new TestClientError('The server ended before the answer'));
}

function line(message: object): string {
  return `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
}

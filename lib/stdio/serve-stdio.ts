import type { Writable } from 'node:stream';
import { ExpressMcpError } from '../errors/express-mcp-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import type { Message, RequestId } from '../jsonrpc/message.js';
import { parseJson, parseMessage } from '../jsonrpc/parse-message.js';
import type { Catalog } from '../registry/catalog.js';
import { Dispatcher } from '../server/dispatcher.js';
import type { Reply } from '../server/reply.js';
import { replyWithError } from '../server/reply.js';
import { protocolVersions } from '../server/revisions/revision.js';
import { readLines } from './line-reader.js';
import type { ResolvedStdioOptions, StdioOptions } from './stdio-options.js';
import { resolveStdioOptions } from './stdio-options.js';

/** A running stdio server. */
export interface StdioServer {
  /** Resolves when the input ended, or nobody reads the output any more, and the last answer is written. */
  readonly closed: Promise<void>;
  /** Stops reading. */
  close(): Promise<void>;
}

/**
 * Serves a registry over standard input and output, one JSON-RPC message a line, in every protocol revision. There is no
 * OAuth here: the process's own options say which scopes its user holds, and a lacking scope is answered as a JSON-RPC
 * error that names it.
 *
 * @param registry - what there is to use, made by `createRegistry`
 * @param options - see {@link StdioOptions}
 * @returns the running server, as soon as it listens
 * @throws ConfigurationError when an option is wrong
 *
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { createRegistry } from 'express-mcp';
 * import { serveStdio } from 'express-mcp/stdio';
 *
 * const registry = createRegistry({ name: 'clock', version: '1.0.0' });
 * registry.tool('now', { description: 'The time' }, () => new Date().toISOString());
 * const input = new PassThrough(); // leave out input and output to use those of the process
 * const server = await serveStdio(registry, { input, output: new PassThrough(), scopes: ['notes:read'] });
 * input.end();
 * await server.closed;
 * ```
 *
 * @see MCP `basic/transports/stdio`
 */
export async function serveStdio(
  registry: { readonly catalog: Catalog },
  options: StdioOptions = {},
): Promise<StdioServer> {
  const connection = new StdioConnection(registry.catalog, resolveStdioOptions(options));
  const closed = connection.run();
  return Promise.resolve({
    closed,
    close: async () => {
      connection.stop();
      await closed;
    },
  });
}

class StdioConnection {
  readonly #options: ResolvedStdioOptions;
  readonly #dispatcher: Dispatcher;
  readonly #running = new Map<RequestId, AbortController>();
  readonly #work = new Set<Promise<void>>();
  /** What the legacy handshake agreed on; a stdio connection is one client (2025-11-25 `basic/lifecycle`). */
  #agreedVersion = '2025-03-26';
  #handshake: unknown;

  constructor(catalog: Catalog, options: ResolvedStdioOptions) {
    this.#options = options;
    const { reportError, timeoutMs } = options;
    this.#dispatcher = new Dispatcher(catalog, { protocolVersions, timeoutMs, reportError });
  }

  async run(): Promise<void> {
    const { input, output, maxMessageBytes } = this.#options;
    // A client that is gone breaks the pipe. There is nobody left to tell, so the server just ends.
    for (const event of ['error', 'close']) {
      output.on(event, () => {
        this.stop();
      });
    }
    try {
      for await (const line of readLines(input, maxMessageBytes)) {
        if (line.kind === 'too-long') this.#writeError(tooLong(maxMessageBytes));
        else if (line.text.trim() !== '') this.#begin(line.text);
      }
    } catch {
      // Input that fails or is destroyed has ended; what was asked before is still answered.
    }
    await Promise.all(this.#work);
  }

  stop(): void {
    this.#options.input.destroy();
    for (const controller of this.#running.values()) controller.abort();
  }

  /** Messages are independent of one another, so a slow one does not hold up the next. */
  #begin(text: string): void {
    const work = this.#handle(text).finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  async #handle(text: string): Promise<void> {
    try {
      const payload = parseJson(text);
      const message = Array.isArray(payload) ? undefined : parseMessage(payload);
      if (message !== undefined && this.#isForConnection(message)) return;
      const controller = new AbortController();
      const id = message?.kind === 'request' ? message.id : undefined;
      if (id !== undefined) this.#running.set(id, controller);
      const reply = await this.#dispatch(payload, controller.signal);
      if (id !== undefined) this.#running.delete(id);
      // basic/patterns/cancellation: MUST NOT send anything for a cancelled request.
      if (!controller.signal.aborted) this.#write(reply);
    } catch (error) {
      this.#writeError(error);
    }
  }

  /** What is about the connection itself: the handshake, cancellation, and answers to questions that nobody asked. */
  #isForConnection(message: Message): boolean {
    if (message.kind === 'response') return true;
    if (message.kind === 'request' && message.method === 'initialize') {
      const agreed = this.#dispatcher.revisions.negotiate(message.params['protocolVersion']);
      this.#agreedVersion = agreed?.version ?? this.#agreedVersion;
      this.#handshake = message.params;
    }
    if (message.kind !== 'notification' || message.method !== 'notifications/cancelled') return false;
    const { requestId } = message.params;
    if (typeof requestId === 'string' || typeof requestId === 'number') this.#running.get(requestId)?.abort();
    return true;
  }

  async #dispatch(payload: unknown, signal: AbortSignal): Promise<Reply> {
    return this.#dispatcher.dispatch(payload, {
      caller: { auth: this.#options.auth, endpoint: undefined },
      versions: { header: undefined, assumed: this.#agreedVersion },
      signal,
      signalMeans: 'cancelled',
      refusalsAre: 'answered',
      connectedClient: this.#handshake,
    });
  }

  #writeError(error: unknown): void {
    this.#write(
      replyWithError(undefined, error instanceof ExpressMcpError ? error : new ProtocolError('internal_error')),
    );
  }

  #write(reply: Reply): void {
    const { output } = this.#options;
    if (reply.kind === 'message' && isOpen(output)) output.write(`${reply.text}\n`);
  }
}

function isOpen(output: Writable): boolean {
  return !output.destroyed && !output.writableEnded && output.errored === null;
}

function tooLong(maxBytes: number): ProtocolError {
  return new ProtocolError('body_too_large', `The message is larger than ${String(maxBytes)} bytes`);
}

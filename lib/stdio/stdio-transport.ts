import { ExpressMcpError } from '../errors/express-mcp-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { isObject, parseJson } from '../jsonrpc/parse-message.js';
import type { Catalog } from '../registry/catalog.js';
import { Cancelling } from '../server/cancellation/cancellation.js';
import { Dispatcher } from '../server/dispatch/dispatcher.js';
import type { Reply } from '../server/transport/outgoing-reply.js';
import { replyWithError } from '../server/transport/outgoing-reply.js';
import { protocolVersions } from '../server/revisions/revision.js';
import { ChangeSubscription } from '../server/notifications/change-subscription.js';
import { memoryMessageBus } from '../stores/message-bus.js';
import { memoryTaskStore } from '../stores/memory-task-store.js';
import { readLines } from './line-reader.js';
import { LineWriter } from './line-writer.js';
import { StdioConnection } from './stdio-connection.js';
import type { ResolvedStdioOptions } from './stdio-options.js';

const lists = new Set(['tools', 'prompts', 'resources'] as const);

/** Reads messages line by line, passes them to the dispatcher, and writes the replies. */
export class StdioTransport {
  readonly #options: ResolvedStdioOptions;
  readonly #dispatcher: Dispatcher;
  readonly #connection: StdioConnection;
  readonly #writer: LineWriter;
  readonly #stopped = new Cancelling();
  readonly #work = new Set<Promise<void>>();
  readonly #startedAt = performance.now();
  #stopTelling: (() => void) | undefined;

  constructor(catalog: Catalog, options: ResolvedStdioOptions) {
    const { reportError, timeoutMs, output, onCall } = options;
    this.#options = options;
    this.#dispatcher = new Dispatcher(catalog, {
      protocolVersions,
      timeoutMs,
      reportError,
      bus: memoryMessageBus(),
      // The process that seals state also opens it.
      requestStateKey: undefined,
      // Tasks belong to the one client, and end with it.
      taskStore: memoryTaskStore(),
      maxRunningTasks: 100,
      transport: 'stdio',
      onCall,
    });
    this.#connection = new StdioConnection(this.#dispatcher.running);
    this.#writer = new LineWriter(output);
  }

  async run(): Promise<void> {
    const { input, output, maxMessageBytes } = this.#options;
    // A client that is gone breaks the pipe. There is no client left to tell, so the server just ends.
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
    // basic/transports/stdio#shutdown: SHOULD exit promptly; what was asked before is answered, subscriptions end.
    this.#writer.bringToEnd();
    this.#dispatcher.endpoint.pending.giveUp();
    await Promise.all(this.#work);
    this.#stopTelling?.();
    const { agreedVersion: version, handshake, id } = this.#connection;
    const session = { id, version: handshake === undefined ? undefined : version };
    this.#dispatcher.endpoint.calls.endSession(session, performance.now() - this.#startedAt);
    await this.#dispatcher.close();
  }

  stop(): void {
    this.#options.input.destroy();
    this.#stopped.cancel();
    this.#dispatcher.running.cancelAll();
  }

  /** Messages are independent of one another, so a slow one does not hold up the next. */
  #begin(text: string): void {
    const work = this.#handle(text).finally(() => this.#work.delete(work));
    this.#work.add(work);
  }

  async #handle(text: string): Promise<void> {
    try {
      const payload = parseJson(text);
      this.#noteHandshake(payload);
      const reply = await this.#dispatcher.dispatch(payload, {
        caller: { auth: this.#options.auth, endpoint: undefined, timeoutMs: this.#options.timeoutMs },
        versions: { header: undefined, assumed: this.#connection.agreedVersion },
        connection: this.#connection,
        outbox: this.#writer,
        disconnect: this.#stopped,
        refusalsAre: 'answered',
        payloadBytes: Buffer.byteLength(text),
      });
      await this.#write(reply);
    } catch (error) {
      this.#writeError(error);
    }
  }

  /** Keeps what the legacy handshake agreed on; a process on stdio is one client (2025-11-25 `basic/lifecycle`). */
  #noteHandshake(payload: unknown): void {
    if (!isObject(payload)) return;
    const { method, params } = payload;
    if (method === 'initialize' && isObject(params)) {
      this.#connection.agree(params, this.#dispatcher.revisions.negotiate(params['protocolVersion'])?.version);
    }
    // #initialization: SHOULD NOT be told anything before.
    if (method === 'notifications/initialized' && this.#connection.handshake !== undefined) this.#tellChanges();
  }

  #tellChanges(): void {
    const { endpoint } = this.#dispatcher;
    const { changes } = endpoint;
    this.#stopTelling?.();
    const subscription = new ChangeSubscription(endpoint, {
      caller: { auth: this.#options.auth, endpoint: undefined, timeoutMs: this.#options.timeoutMs },
      interest: { lists, resources: this.#connection.uris },
      send: (message) => this.#writer.send(message),
    });
    changes.listen(subscription);
    this.#stopTelling = () => {
      changes.forget(subscription);
      subscription.close();
    };
  }

  #writeError(error: unknown): void {
    const ours = error instanceof ExpressMcpError ? error : new ProtocolError('internal_error');
    void this.#write(replyWithError(undefined, ours));
  }

  async #write(reply: Reply): Promise<void> {
    if (reply.kind === 'message') await this.#writer.send(reply.text);
  }
}

function tooLong(maxBytes: number): ProtocolError {
  return new ProtocolError('body_too_large', `The message is larger than ${String(maxBytes)} bytes`);
}

import type { Writable } from 'node:stream';
import { buildNotification } from '../jsonrpc/build-message.js';
import type { RequestId } from '../jsonrpc/message.js';
import { defaultBufferedBytes } from '../server/limits/limits.js';
import type { EndingListener, Outbox } from '../server/transport/outbox.js';

/** The one channel to the client, a message a line (MCP `basic/transports/stdio#receiving-messages`). */
export class LineWriter implements Outbox {
  /** There are no statuses that a first message would settle. */
  readonly hasBegun = true;
  readonly takesMessages = true;
  readonly #output: Writable;
  readonly #endingListeners = new Set<EndingListener>();
  #drained: Promise<void> | undefined;
  #isEnding = false;

  constructor(output: Writable) {
    this.#output = output;
  }

  /** A client that reads nothing for a while gets its answers, but not everything that handlers told meanwhile. */
  get isBehind(): boolean {
    return this.#output.writableLength > defaultBufferedBytes;
  }

  async send(message: string): Promise<void> {
    const output = this.#output;
    if (output.destroyed || output.writableEnded || output.errored !== null) return;
    if (!output.write(`${message}\n`)) this.#drained ??= this.#untilDrained();
    await this.#drained;
  }

  onEnding(listener: EndingListener): () => void {
    if (this.#isEnding) listener(undefined);
    this.#endingListeners.add(listener);
    return () => this.#endingListeners.delete(listener);
  }

  /** Tells listeners that their streams end: the client reads no more. */
  bringToEnd(): void {
    this.#isEnding = true;
    for (const listener of this.#endingListeners) listener(undefined);
  }

  closeConnection(): void {
    // The process is the connection.
  }

  /** 2026-07-28 `basic/patterns/cancellation`: MUST be sent when the server tears a subscription down. */
  async farewell(requestId: RequestId): Promise<void> {
    await this.send(buildNotification('notifications/cancelled', { requestId }));
  }

  #untilDrained(): Promise<void> {
    const output = this.#output;
    return new Promise((resolve) => {
      const done = (): void => {
        output.off('drain', done).off('close', done).off('error', done);
        this.#drained = undefined;
        resolve();
      };
      output.on('drain', done).on('close', done).on('error', done);
    });
  }
}

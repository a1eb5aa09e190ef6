import type { ServerResponse } from 'node:http';
import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { Caller } from '../../server/authorization/caller.js';
import type { LimitHits } from '../../server/limits/limit-hits.js';
import type { PrincipalLimit } from '../../server/limits/principal-limit.js';
import type { EndingListener } from '../../server/transport/outbox.js';
import type { EventSink, StreamEvent } from '../../server/sessions/event-sink.js';
import type { OpenStream, OpenStreams } from './open-streams.js';
import { securityFields } from '../fields/response-fields.js';
import { WaitingBytes, maxUncounted } from './waiting-bytes.js';

const noListeners: readonly EndingListener[] = [];

/** A response as a stream of server-sent events, from its first event on (WHATWG HTML §9.2). */
export class SseResponse implements EventSink, OpenStream {
  readonly caller: Caller;
  readonly #response: ServerResponse;
  readonly #streams: OpenStreams;
  // Made on first use: most answers are no streams.
  #endingListeners: readonly EndingListener[] = noListeners;
  #keepAliveListeners: Set<() => Promise<void> | void> | undefined;
  #drained: Promise<void> | undefined;
  #waiting: WaitingBytes | undefined;
  #stopWaiting: (() => void) | undefined;
  #hasBegun = false;
  #missedTurns = 0;
  #taken = 0;
  #ending: { readonly reason: ExpressMcpError | undefined } | undefined;

  /**
   * @param response - nothing of it was sent yet
   * @param streams - registers it while it is open
   * @param caller - the stream ends with the caller's token
   */
  constructor(response: ServerResponse, streams: OpenStreams, caller: Caller) {
    this.#response = response;
    this.#streams = streams;
    this.caller = caller;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }

  get bytes(): PrincipalLimit | undefined {
    return this.#streams.bytes;
  }

  get hits(): LimitHits | undefined {
    return this.#streams.hits;
  }

  get patienceMs(): number {
    return this.#streams.patienceMs;
  }

  /** Whether more waits for the client than allowed, here or together with the caller's other streams and answers. */
  get isBehind(): boolean {
    const { bufferedBytes, bytes } = this.#streams;
    if (this.#response.writableLength > bufferedBytes) return true;
    return this.#waiting !== undefined && bytes?.lack(this, 0) !== undefined;
  }

  begin(): void {
    if (this.#hasBegun || !this.isOpen) return;
    this.#hasBegun = true;
    this.#response.writeHead(200, {
      ...securityFields,
      'Content-Type': 'text/event-stream',
      // basic/transports/streamable-http#receiving-messages: SHOULD be there, or proxies hold events back.
      'X-Accel-Buffering': 'no',
    });
    this.#response.flushHeaders();
    this.#streams.add(this);
    this.onClose(() => {
      this.#streams.delete(this);
    });
  }

  async write({ id, data, retryMs }: StreamEvent): Promise<void> {
    const retry = retryMs === undefined ? '' : `retry: ${String(retryMs)}\n`;
    // JSON text has no line breaks, so that one data line holds a message.
    await this.#write(`${id === undefined ? '' : `id: ${id}\n`}${retry}data: ${data}\n\n`);
  }

  /**
   * Sends a comment, which keeps proxies from closing an idle connection, unless the client is behind anyway. A client that takes
   * nothing for long would block its call and the closing of the server, so its connection is ended.
   */
  keepAlive(): void {
    const isWaiting = this.#response.writableLength > 0;
    this.#missTurn(isWaiting);
    if (this.isOpen && !isWaiting && this.#drained === undefined) void this.#write(': keep-alive\n\n');
    for (const listener of this.#keepAliveListeners ?? []) void attempt(listener);
  }

  /** Counts how often in a row the client has taken none of the waiting bytes. */
  #missTurn(isWaiting: boolean): void {
    const taken = isWaiting ? takenOf(this.#response) : 0;
    this.#missedTurns = isWaiting && taken === this.#taken ? this.#missedTurns + 1 : 0;
    this.#taken = taken;
    if (this.#missedTurns >= this.#streams.patience) this.#giveUp();
  }

  onKeepAlive(listener: () => Promise<void> | void): void {
    this.#keepAliveListeners ??= new Set();
    this.#keepAliveListeners.add(listener);
  }

  end(): void {
    if (!this.isOpen) return;
    this.begin();
    this.#response.end();
    // No more is sent, so no sender has to wait for room.
    this.#stopWaiting?.();
  }

  /**
   * Ends a stream to which the client may come back (2025-11-25 `basic/transports#listening-for-messages-from-the-server`: SHOULD say
   * when). Without data it is no event, so that older clients see nothing.
   *
   * @param retryMs - milliseconds
   */
  endForNow(retryMs: number): void {
    void this.#write(`retry: ${String(retryMs)}\n\n`);
    this.end();
  }

  onClose(listener: () => void): () => void {
    const own = (): void => {
      this.#response.off('close', own);
      listener();
    };
    // A closed response emits no second event.
    if (this.#response.closed) queueMicrotask(listener);
    // `once` would keep three more objects while the stream is open.
    else this.#response.on('close', own);
    return () => this.#response.off('close', own);
  }

  /** Registers a listener that ends the stream properly; without one it ends at once. */
  onEnding(listener: EndingListener): () => void {
    // A list that is replaced: most streams have one listener, and a set takes three times the memory.
    this.#endingListeners = [...this.#endingListeners, listener];
    if (this.#ending !== undefined) listener(this.#ending.reason);
    return () => {
      this.#endingListeners = this.#endingListeners.filter((each) => each !== listener);
    };
  }

  /** @param reason - why the caller may not have it any longer; undefined if the server closes */
  bringToEnd(reason: ExpressMcpError | undefined): void {
    this.#ending = { reason };
    const listeners = this.#endingListeners;
    if (listeners.length === 0 && reason !== undefined) this.end();
    for (const listener of listeners) listener(reason);
  }

  async #write(text: string): Promise<void> {
    if (!this.isOpen) return;
    // A stream that is not read has to end, too; a log may keep the answer for a resumption.
    if (text.length > maxUncounted && this.bytes?.lack(this, text.length) !== undefined) {
      this.#giveUp();
      return;
    }
    this.begin();
    if (this.#response.write(text) || !canDrain(this.#response)) {
      this.#flush();
      return this.#drained;
    }
    this.#flush();
    this.#drained ??= this.#untilDrained();
    this.#waiting?.measure();
    await this.#drained;
  }

  #untilDrained(): Promise<void> {
    const { bytes } = this.#streams;
    if (bytes !== undefined) this.#waiting = new WaitingBytes(this.caller, bytes, this.#response);
    return new Promise((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done).off('close', done);
        this.#letWait();
        this.#drained = undefined;
        this.#stopWaiting = undefined;
        resolve();
      };
      this.#stopWaiting = done;
      this.#response.on('drain', done).on('close', done);
    });
  }

  /** Ends a stream that its client does not read. */
  #giveUp(): void {
    this.hits?.count('slow_reader');
    this.#response.destroy();
  }

  /** The client may still have to read the rest of an ended stream. */
  #letWait(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    if (this.#response.closed || this.#response.writableLength === 0) waiting.release();
    else {
      this.#response.once('close', () => {
        waiting.release();
      });
    }
  }

  /** The `compression` middleware holds data back until it is flushed. */
  #flush(): void {
    (this.#response as { flush?: () => void }).flush?.();
  }
}

/**
 * Whether a response tells when it can take more. Adapters for function platforms replace the socket by an object without a queue,
 * which never tells.
 */
function canDrain({ socket }: ServerResponse): boolean {
  return socket === null || typeof socket.writableLength === 'number';
}

/** Bytes that the connection has taken so far, of everything that was sent on it. */
function takenOf({ socket }: ServerResponse): number {
  return socket === null ? 0 : socket.bytesWritten - socket.writableLength;
}

/** Runs work that is repeated at each visit; a failure waits for the next. */
async function attempt(listener: () => Promise<void> | void): Promise<void> {
  try {
    await listener();
  } catch {
    // The next visit tries again.
  }
}

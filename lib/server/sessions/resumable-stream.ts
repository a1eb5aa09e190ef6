import type { EventLog } from '../../stores/event-log.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { Outbox } from '../transport/outbox.js';
import { publishQuietly } from '../../stores/best-effort-bus.js';
import type { EventSink } from './event-sink.js';
import { streamIdWith } from './stream-demand.js';

/** When a client is to come back, in milliseconds: long enough for a server that restarts, or a client that gets a new token. */
export const comeBackMs = 1000;

/** How long it is tried to keep an answer that a client will come back for, and how often, in milliseconds. */
const answerPatienceMs = 30_000;
const answerRetryMs = 250;

/** Where the streams of sessions are kept. */
export interface StreamStores {
  readonly log: EventLog;
  readonly bus: MessageBus;
  /** How long a stream can be resumed after its last event, in seconds. */
  readonly seconds: number;
  /** What may wait for a client that reads slowly. */
  readonly bufferedBytes: number;
}

/** One stream of one session. */
export interface StreamName {
  readonly sessionId: string;
  /** Unique within the session. */
  readonly streamId: string;
}

/** By what the log knows a stream. Made with the session's id, so that no client gets at a stream of another. */
export function nameOf({ sessionId, streamId }: StreamName): string {
  return `${sessionId}.${streamId}`;
}

/** Who waits for the next event of a stream is woken by this. */
export function topicOf(stream: StreamName): string {
  return `stream.${nameOf(stream)}`;
}

/** The event's id as clients see it: it says of which stream it is (2025-11-25 `basic/transports#resumability-and-redelivery`). */
export function eventId({ streamId }: StreamName, id: string): string {
  return `${streamId}_${id}`;
}

/**
 * A stream that a client can resume: what is sent goes to the log and, as long as there is one, to the connection. A connection that
 * ends, for whatever reason, ends neither the stream nor the work behind it.
 */
export class ResumableStream implements Outbox {
  readonly takesMessages: boolean;
  readonly #demanded = new Set<string>();
  readonly #streamId: string;
  #stream: StreamName;
  readonly #stores: StreamStores;
  readonly #sink: EventSink;
  readonly #isPrimed: boolean;
  readonly #owner: string | undefined;
  #sent: Promise<void> = Promise.resolve();
  #hasBegun = false;
  /** What waits for its turn, in UTF-16 units, which is about bytes. */
  #waiting = 0;
  /** Whether the client could come back for what was sent last. */
  #isKept = false;
  /** Whether it could come back at all. */
  #wasKept = false;
  /** Whether more scopes are needed than an event's id has room for: then nobody comes back. */
  #demandsTooMuch = false;

  /**
   * @param sink - the connection
   * @param isPrimed - whether an event without a message comes first, by which a client can resume before the first message
   * @param owner - the principal whose stream it is
   */
  constructor(
    stream: StreamName,
    stores: StreamStores,
    sink: EventSink,
    {
      takesMessages,
      isPrimed,
      owner,
    }: { readonly takesMessages: boolean; readonly isPrimed: boolean; readonly owner?: string | undefined },
  ) {
    this.#streamId = stream.streamId;
    this.#stream = stream;
    this.#stores = stores;
    this.#sink = sink;
    this.takesMessages = takesMessages;
    this.#isPrimed = isPrimed;
    this.#owner = owner;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** The connection can be ended where the client can come back; else, and where the log is what is slow, something is left out. */
  get isBehind(): boolean {
    return this.#waiting > this.#stores.bufferedBytes && !this.#canEndConnection;
  }

  async send(message: string): Promise<void> {
    if (!this.takesMessages) return;
    this.#begin();
    await this.#append(message, false);
  }

  /** The last message. */
  async finish(message: string | undefined): Promise<void> {
    await this.#append(message ?? '', true);
    this.#sink.end();
  }

  /** Of a stream that has begun, the client has the id already. */
  demand(scopes: readonly string[]): void {
    if (this.#hasBegun) return;
    for (const scope of scopes) this.#demanded.add(scope);
    const streamId = streamIdWith(this.#streamId, [...this.#demanded]);
    if (streamId === undefined) this.#demandsTooMuch = true;
    else this.#stream = { ...this.#stream, streamId };
  }

  closeConnection(retryMs?: number): void {
    // Who has no event's id to come back with, or finds nothing when it does, would never get the answer.
    if (!this.takesMessages || !this.#isPrimed) return;
    const retry = Number.isSafeInteger(retryMs) ? retryMs : undefined;
    this.#begin();
    void this.#then(async () => {
      if (!this.#isKept) return;
      // #sending-messages-to-the-server: SHOULD send an event with retry before closing the connection.
      await this.#sink.write({ data: '', retryMs: retry });
      this.#sink.end();
    });
  }

  /** The client can come back, so there is no end that the work would have to be told of. */
  onEnding(): () => void {
    return () => undefined;
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    if (this.#isPrimed) void this.#append('', false);
  }

  #append(message: string, isLast: boolean): Promise<void> {
    const { bus, bufferedBytes } = this.#stores;
    if (this.#waiting > bufferedBytes) this.#endConnection();
    this.#waiting += message.length;
    return this.#then(async () => {
      const id = isLast ? await this.#keepAnswer(message) : await this.#keep(message, false);
      this.#isKept = id !== undefined;
      this.#wasKept ||= this.#isKept;
      if (id !== undefined) publishQuietly(bus, topicOf(this.#stream), '');
      // An event without a message marks a place; at the end of a stream there is none to come back to.
      if (message !== '' || (id !== undefined && !isLast)) {
        await this.#sink.write({ id: id === undefined ? undefined : eventId(this.#stream, id), data: message });
      }
    }).finally(() => {
      this.#waiting -= message.length;
    });
  }

  /** What is in the log need not wait in memory: the client gets it when it comes back. */
  #endConnection(): void {
    if (this.#canEndConnection) this.#sink.endForNow(comeBackMs);
  }

  get #canEndConnection(): boolean {
    return this.#isKept && this.#sink.isOpen;
  }

  /** A client that left comes back for it, and would wait in vain: a log that is away for a moment must not cost the answer. */
  async #keepAnswer(message: string): Promise<string | undefined> {
    const end = performance.now() + answerPatienceMs;
    for (;;) {
      const id = await this.#keep(message, true);
      if (id !== undefined || this.#sink.isOpen || !this.#wasKept || performance.now() > end) return id;
      await new Promise((resolve) => setTimeout(resolve, answerRetryMs));
    }
  }

  /** Without the log the stream goes on, but cannot be resumed after this event. */
  async #keep(message: string, isLast: boolean): Promise<string | undefined> {
    const { log, seconds } = this.#stores;
    if (this.#demandsTooMuch) return undefined;
    try {
      return await log.append(nameOf(this.#stream), message, isLast, seconds, this.#owner);
    } catch {
      return undefined;
    }
  }

  /** One after the other, in the order in which they were sent. One that failed does not hold up the next. */
  #then(act: () => Promise<void>): Promise<void> {
    this.#sent = this.#sent.then(act).catch(() => undefined);
    return this.#sent;
  }
}

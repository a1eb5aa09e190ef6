import type { EventLog } from '../../stores/event-log.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { LimitHits } from '../limits/limit-hits.js';
import type { Outbox } from '../transport/outbox.js';
import { publishQuietly } from '../../stores/best-effort-bus.js';
import type { EventSink } from './event-sink.js';
import { streamIdWith } from './stream-demand.js';

/** When a client should come back, in milliseconds: long enough for a server that restarts, or a client that gets a new token. */
export const comeBackMs = 1000;

/** How long, and how often, storing an answer is retried, in milliseconds. */
const answerPatienceMs = 30_000;
const answerRetryMs = 250;

/** Stores and limits for the streams of sessions. */
export interface StreamStores {
  readonly log: EventLog;
  readonly bus: MessageBus;
  /** How long a stream can be resumed after its last event, in seconds. */
  readonly seconds: number;
  /** Maximum that waits for a client that reads slowly, in bytes. */
  readonly bufferedBytes: number;
  /** Counts streams that end for now because their clients read slowly. */
  readonly hits?: LimitHits;
}

/** One stream of one session. */
export interface StreamName {
  readonly sessionId: string;
  /** Unique within the session. */
  readonly streamId: string;
}

/** Name of a stream in the log. It contains the session's id, so that no client reaches a stream of another. */
export function nameOf({ sessionId, streamId }: StreamName): string {
  return `${sessionId}.${streamId}`;
}

/** The topic that wakes readers who wait for the next event of a stream. */
export function topicOf(stream: StreamName): string {
  return `stream.${nameOf(stream)}`;
}

/** The event's id as clients see it: it names its stream (2025-11-25 `basic/transports#resumability-and-redelivery`). */
export function eventId({ streamId }: StreamName, id: string): string {
  return `${streamId}_${id}`;
}

/**
 * A stream that a client can resume: messages go to the log, and to the connection while there is one. The end of a connection, for
 * whatever reason, ends neither the stream nor the work behind it.
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
  /** Size of the messages that wait for their turn, in UTF-16 units, which is about bytes. */
  #waiting = 0;
  /** Whether the last message is in the log. */
  #isKept = false;
  /** Whether any message is. */
  #wasKept = false;
  /** Whether more scopes are needed than an event's id has room for: then no client can resume. */
  #demandsTooMuch = false;

  /**
   * @param sink - the connection
   * @param isPrimed - whether an event without a message comes first, by which a client can resume before the first message
   * @param owner - the principal of the stream
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

  /** If the client can resume, the connection can be ended. Otherwise, or if the log is slow, messages are left out. */
  get isBehind(): boolean {
    return this.#waiting > this.#stores.bufferedBytes && !this.#canEndConnection;
  }

  async send(message: string): Promise<void> {
    if (!this.takesMessages) return;
    this.#begin();
    await this.#append(message, false);
  }

  /** Sends the last message. */
  async finish(message: string | undefined): Promise<void> {
    await this.#append(message ?? '', true);
    this.#sink.end();
  }

  /** The client of a stream that has begun already has the id. */
  demand(scopes: readonly string[]): void {
    if (this.#hasBegun) return;
    for (const scope of scopes) this.#demanded.add(scope);
    const streamId = streamIdWith(this.#streamId, [...this.#demanded]);
    if (streamId === undefined) this.#demandsTooMuch = true;
    else this.#stream = { ...this.#stream, streamId };
  }

  closeConnection(retryMs?: number): void {
    // A client without an event's id, or whose events are gone, would never get the answer.
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

  /** The client can resume, so the work need not learn of the end. */
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
      // An event without a message marks a place; at the end of a stream there is no place to come back to.
      if (message !== '' || (id !== undefined && !isLast)) {
        await this.#sink.write({ id: id === undefined ? undefined : eventId(this.#stream, id), data: message });
      }
    }).finally(() => {
      this.#waiting -= message.length;
    });
  }

  /** Messages in the log need not wait in memory: the client gets them when it resumes. */
  #endConnection(): void {
    if (!this.#canEndConnection) return;
    this.#stores.hits?.count('slow_reader');
    this.#sink.endForNow(comeBackMs);
  }

  get #canEndConnection(): boolean {
    return this.#isKept && this.#sink.isOpen;
  }

  /** A client that left comes back for the answer. It must not be lost because the log is down for a moment. */
  async #keepAnswer(message: string): Promise<string | undefined> {
    const end = performance.now() + answerPatienceMs;
    for (;;) {
      const id = await this.#keep(message, true);
      if (id !== undefined || this.#sink.isOpen || !this.#wasKept || performance.now() > end) return id;
      await new Promise((resolve) => setTimeout(resolve, answerRetryMs));
    }
  }

  /** Without the log the stream continues, but cannot be resumed after this event. */
  async #keep(message: string, isLast: boolean): Promise<string | undefined> {
    const { log, seconds } = this.#stores;
    if (this.#demandsTooMuch) return undefined;
    try {
      return await log.append(nameOf(this.#stream), message, isLast, seconds, this.#owner);
    } catch {
      return undefined;
    }
  }

  /** Runs one after the other, in the order of sending. A failure does not block the next. */
  #then(act: () => Promise<void>): Promise<void> {
    this.#sent = this.#sent.then(act).catch(() => undefined);
    return this.#sent;
  }
}

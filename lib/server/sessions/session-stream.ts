import type { EventLog } from '../../stores/event-log.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { Outbox } from '../outbox.js';
import { publishQuietly } from '../quiet-bus.js';
import type { EventSink } from './event-sink.js';

/** When a client is to come back, in milliseconds: long enough for a server that restarts, or a client that gets a new token. */
export const comeBackMs = 1000;

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
export class SessionStream implements Outbox {
  readonly takesMessages: boolean;
  readonly #stream: StreamName;
  readonly #stores: StreamStores;
  readonly #sink: EventSink;
  readonly #isPrimed: boolean;
  #sent: Promise<void> = Promise.resolve();
  #hasBegun = false;
  /** What waits for its turn, in UTF-16 units, which is about bytes. */
  #waiting = 0;
  /** Set when the client is too far behind for this connection: it has to come back for the rest. */
  #leave: (() => void) | undefined;
  readonly #hasLeft = new Promise<void>((resolve) => (this.#leave = resolve));
  /** Whether the client could come back for what was sent last. */
  #isKept = false;

  /**
   * @param sink - the connection
   * @param isPrimed - whether an event without a message comes first, by which a client can resume before the first message
   */
  constructor(
    stream: StreamName,
    stores: StreamStores,
    sink: EventSink,
    { takesMessages, isPrimed }: { readonly takesMessages: boolean; readonly isPrimed: boolean },
  ) {
    this.#stream = stream;
    this.#stores = stores;
    this.#sink = sink;
    this.takesMessages = takesMessages;
    this.#isPrimed = isPrimed;
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
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
    const { bus, log, seconds, bufferedBytes } = this.#stores;
    if (this.#waiting > bufferedBytes) this.#endConnection();
    this.#waiting += message.length;
    return this.#then(async () => {
      const id = await keep(() => log.append(nameOf(this.#stream), message, isLast, seconds));
      this.#isKept = id !== undefined;
      if (id !== undefined) publishQuietly(bus, topicOf(this.#stream), '');
      // An event without a message marks a place; at the end of a stream there is none to come back to.
      if (message !== '' || (id !== undefined && !isLast)) {
        const event = { id: id === undefined ? undefined : eventId(this.#stream, id), data: message };
        // Once the connection was ended, this writes nothing any more, and nobody waits for what is on it.
        await Promise.race([this.#sink.write(event), this.#hasLeft]);
      }
    }).finally(() => {
      this.#waiting -= message.length;
    });
  }

  /** What is in the log need not wait in memory: the client gets it when it comes back. */
  #endConnection(): void {
    if (!this.#isKept || !this.#sink.isOpen) return;
    this.#sink.endForNow(comeBackMs);
    this.#leave?.();
  }

  /** One after the other, in the order in which they were sent. One that failed does not hold up the next. */
  #then(act: () => Promise<void>): Promise<void> {
    this.#sent = this.#sent.then(act).catch(() => undefined);
    return this.#sent;
  }
}

/** Without the log the stream goes on, but cannot be resumed after this event. */
async function keep(append: () => Promise<string>): Promise<string | undefined> {
  try {
    return await append();
  } catch {
    return undefined;
  }
}

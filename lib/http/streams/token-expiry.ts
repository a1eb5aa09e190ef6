import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import type { Caller } from '../../server/authorization/caller.js';
import { endOf } from '../../server/authorization/caller.js';
import type { EndingListener } from '../../server/transport/outbox.js';

/** A stream that ends with its caller's token. */
export interface ExpiringStream {
  readonly caller: Caller;
  readonly bringToEnd: EndingListener;
}

/** Ends streams when their tokens end: an open stream MUST NOT outlive the token that opened it. One timer serves all streams. */
export class TokenExpiry {
  readonly #streams: Iterable<ExpiringStream>;
  readonly #visitMs: number;
  #timer: NodeJS.Timeout | undefined;
  /** The time of the timer, in milliseconds since the epoch. */
  #nextEnd = Infinity;

  /**
   * @param streams - all open streams, a set that changes
   * @param visitMs - milliseconds between two visits, at which {@link watch} is called again for each stream
   */
  constructor(streams: Iterable<ExpiringStream>, visitMs: number) {
    this.#streams = streams;
    this.#visitMs = visitMs;
  }

  /**
   * Sets the timer if the stream's token is the next that ends. It waits until the next visit if the token ends later than that: Node
   * keeps memory for long timers even after `clearTimeout`.
   */
  watch({ caller }: ExpiringStream): void {
    const end = endOf(caller);
    const left = end - Date.now();
    if (left > this.#visitMs || end >= this.#nextEnd) return;
    clearTimeout(this.#timer);
    this.#nextEnd = end;
    const act = (): void => {
      this.#nextEnd = Infinity;
      this.#endStreams();
    };
    this.#timer = setTimeout(act, left).unref();
  }

  /** Clears the timer, when no stream is open. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#nextEnd = Infinity;
  }

  #endStreams(): void {
    const now = Date.now();
    for (const stream of this.#streams) {
      if (endOf(stream.caller) > now) this.watch(stream);
      else stream.bringToEnd(new InvalidTokenError('The access token expired'));
    }
  }
}

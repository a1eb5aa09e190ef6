import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { Caller } from '../server/authorize.js';
import type { EndingListener } from '../server/outbox.js';

/** A stream, as far as it is looked after. */
export interface OpenStream {
  readonly caller: Caller;
  keepAlive(): void;
  readonly bringToEnd: EndingListener;
}

/**
 * Every stream that is open at this moment. One timer for all of them sends signs of life and finds out whose token was revoked.
 */
export class OpenStreams {
  readonly #streams = new Set<OpenStream>();
  readonly #keepAliveMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(keepAliveSeconds: number) {
    this.#keepAliveMs = keepAliveSeconds * 1000;
  }

  add(stream: OpenStream): void {
    this.#streams.add(stream);
    this.#timer ??= setInterval(() => {
      this.#visit();
    }, this.#keepAliveMs).unref();
    if (this.#isClosing) stream.bringToEnd(undefined);
  }

  delete(stream: OpenStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Lets every stream come to its end. */
  close(): void {
    this.#isClosing = true;
    for (const stream of this.#streams) stream.bringToEnd(undefined);
  }

  #visit(): void {
    for (const stream of this.#streams) {
      stream.keepAlive();
      // A store that cannot tell has not revoked; the next visit asks again.
      stream.caller.recheck?.().catch((error: unknown) => {
        if (error instanceof InvalidTokenError) stream.bringToEnd(error);
      });
    }
  }
}

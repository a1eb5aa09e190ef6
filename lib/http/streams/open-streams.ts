import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import type { LimitHits } from '../../server/limits/limit-hits.js';
import type { PrincipalLimit } from '../../server/limits/principal-limit.js';
import type { ExpiringStream } from './token-expiry.js';
import { TokenExpiry } from './token-expiry.js';

const minVisits = 4;
// Long enough for most networks to come back.
const minPatienceMs = 60_000;

/** A stream as `OpenStreams` sees it. */
export interface OpenStream extends ExpiringStream {
  keepAlive(): void;
}

/** Every stream that is open at this moment. One timer for all of them sends keep-alive messages and finds revoked tokens. */
export class OpenStreams {
  readonly bufferedBytes: number;
  /** Limit of bytes that wait for the clients of all streams; undefined for none. */
  readonly bytes: PrincipalLimit | undefined;
  /** Counts streams that end because their clients read too slowly. */
  readonly hits: LimitHits | undefined;
  readonly #streams = new Set<OpenStream>();
  /** Streams whose tokens are being checked. */
  readonly #asked = new Set<OpenStream>();
  readonly #keepAliveMs: number;
  #timer: NodeJS.Timeout | undefined;
  readonly #expiry: TokenExpiry;
  #isClosing = false;

  /**
   * @param keepAliveSeconds - between two visits
   * @param bufferedBytes - maximum that waits on one stream for a client that reads slowly
   * @param bytes - maximum that waits on all of them
   * @param hits - counts streams that end because their clients read too slowly
   */
  constructor(keepAliveSeconds: number, bufferedBytes = Infinity, bytes?: PrincipalLimit, hits?: LimitHits) {
    this.#keepAliveMs = keepAliveSeconds * 1000;
    this.bufferedBytes = bufferedBytes;
    this.bytes = bytes;
    this.hits = hits;
    this.#expiry = new TokenExpiry(this.#streams, this.#keepAliveMs);
  }

  /** Visits in a row at which a client may have taken nothing before it is considered gone. */
  get patience(): number {
    return Math.max(minVisits, Math.ceil(minPatienceMs / this.#keepAliveMs));
  }

  /** The same in milliseconds. */
  get patienceMs(): number {
    return this.patience * this.#keepAliveMs;
  }

  /** Number of open streams. */
  get size(): number {
    return this.#streams.size;
  }

  add(stream: OpenStream): void {
    this.#streams.add(stream);
    this.#timer ??= setInterval(() => {
      this.#visit();
    }, this.#keepAliveMs).unref();
    this.#expiry.watch(stream);
    if (this.#isClosing) stream.bringToEnd(undefined);
  }

  delete(stream: OpenStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#expiry.stop();
  }

  /** Ends every stream. */
  close(): void {
    this.#isClosing = true;
    for (const stream of this.#streams) stream.bringToEnd(undefined);
  }

  #visit(): void {
    for (const stream of this.#streams) {
      stream.keepAlive();
      this.#expiry.watch(stream);
      if (stream.caller.recheck !== undefined && !this.#asked.has(stream)) void this.#recheck(stream);
    }
  }

  async #recheck(stream: OpenStream): Promise<void> {
    this.#asked.add(stream);
    try {
      await stream.caller.recheck?.();
    } catch (error) {
      // A failed check is no revocation; the next visit asks again.
      if (error instanceof InvalidTokenError) stream.bringToEnd(error);
    } finally {
      this.#asked.delete(stream);
    }
  }
}

import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../../errors/protocol-error.js';
import { jsonWeight } from '../../jsonrpc/json-weight.js';
import type { Caller } from '../../server/authorization/caller.js';
import type { Limits } from '../../server/limits/limits.js';
import type { Holder, PrincipalLimit } from '../../server/limits/principal-limit.js';

/** Bytes up to which a message is not weighed: its value takes 50 KiB at most, and counting its call is enough. */
const smallMessage = 2048;

/** The limits for a caller's messages. */
export type MessageLimits = Partial<Pick<Limits, 'bytes' | 'calls'>>;

/** Memory that a large message takes in the process, from its first byte until it is answered. */
export class MessageLoad implements Holder {
  readonly caller: Caller;
  weight = 0;
  readonly #limit: PrincipalLimit;

  private constructor(caller: Caller, limit: PrincipalLimit) {
    this.caller = caller;
    this.#limit = limit;
  }

  /**
   * Decides by the header fields whether there is room for a message, before any of it is read.
   *
   * @param request - the request
   * @param caller - who sends it
   * @param limits - of the endpoint
   * @returns the load, to be released; undefined for a small message, or without a limit
   * @throws LimitError if there is no room for the announced size, or the caller already has its maximum of calls
   */
  static begin(request: IncomingMessage, caller: Caller, { bytes, calls }: MessageLimits): MessageLoad | undefined {
    const announced = Number(request.headers['content-length']);
    if (announced <= smallMessage || bytes === undefined) return undefined;
    const load = new MessageLoad(caller, bytes);
    // Notifications and answers are smaller, so they are not refused because of calls.
    if (announced > smallMessage) calls?.assertRoom(load);
    bytes.assertRoom(load, Number.isNaN(announced) ? 0 : announced);
    bytes.take(load);
    return load;
  }

  /**
   * Counts more bytes of the message.
   *
   * @param bytes - how many arrived
   * @throws LimitError if there is no room for them
   */
  grow(bytes: number): void {
    this.#limit.assertRoom(this, bytes);
    this.#limit.resize(this, this.weight + bytes);
  }

  /**
   * Counts the parsed value, which may take many times the memory of its text. Called before parsing.
   *
   * @throws ProtocolError `body_too_large` if no caller may keep such a value
   * @throws LimitError if there is no room for it
   */
  settle(text: string, bytes: number): void {
    if (bytes <= smallMessage) {
      this.release();
      return;
    }
    const weight = jsonWeight(text, bytes);
    if (weight > this.#limit.maxForOne) {
      throw new ProtocolError('body_too_large', 'The message takes more memory than one caller may use');
    }
    this.#limit.assertRoom(this, Math.max(0, weight - this.weight));
    this.#limit.resize(this, weight);
  }

  release(): void {
    this.#limit.release(this);
  }
}

import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../../errors/protocol-error.js';
import { jsonWeight } from '../../jsonrpc/json-weight.js';
import type { Caller } from '../../server/authorization/caller.js';
import type { Limits } from '../../server/limits/limits.js';
import type { Holder, PrincipalLimit } from '../../server/limits/principal-limit.js';

/** Bytes of a message up to which it is not weighed: its call counts, and that is enough. */
const smallMessage = 16 * 1024;

/** The limits that a message of somebody comes under. */
export type MessageLimits = Partial<Pick<Limits, 'bytes' | 'calls'>>;

/** What a large message makes the process keep, from its first byte until it is answered. */
export class MessageLoad implements Holder {
  readonly caller: Caller;
  weight = 0;
  readonly #limit: PrincipalLimit;

  private constructor(caller: Caller, limit: PrincipalLimit) {
    this.caller = caller;
    this.#limit = limit;
  }

  /**
   * Decides by the header fields whether there is room for a message, before anything of it is read.
   *
   * @param request - the request
   * @param caller - who sends it
   * @param limits - of the endpoint
   * @returns the load, to be released; undefined for a small message, or where there is no limit
   * @throws LimitError if there is no room for what is announced, or the caller has as many calls as it may
   */
  static begin(request: IncomingMessage, caller: Caller, { bytes, calls }: MessageLimits): MessageLoad | undefined {
    const announced = Number(request.headers['content-length']);
    if (announced <= smallMessage || bytes === undefined) return undefined;
    const load = new MessageLoad(caller, bytes);
    // Neither a notification nor an answer is as large, so that those are not refused because of calls.
    if (announced > smallMessage) calls?.assertRoom(load);
    bytes.assertRoom(load, Number.isNaN(announced) ? 0 : announced);
    bytes.take(load);
    return load;
  }

  /**
   * Something of the message has arrived.
   *
   * @param bytes - how much
   * @throws LimitError if there is no room for it
   */
  grow(bytes: number): void {
    this.#limit.assertRoom(this, bytes);
    this.#limit.resize(this, this.weight + bytes);
  }

  /**
   * The message is there and about to be parsed. Its value may take many times what its text does.
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
    if (weight > this.#limit.mostForOne) {
      throw new ProtocolError('body_too_large', 'The message takes more memory than one caller may use');
    }
    this.#limit.assertRoom(this, Math.max(0, weight - this.weight));
    this.#limit.resize(this, weight);
  }

  release(): void {
    this.#limit.release(this);
  }
}

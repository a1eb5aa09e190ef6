import type { ServerResponse } from 'node:http';
import type { Caller } from '../../server/authorization/caller.js';
import type { Holder, PrincipalLimit } from '../../server/limits/principal-limit.js';

/** Bytes that fit into any connection, and are not counted. */
export const maxUncounted = 16 * 1024;

/** Bytes that wait in memory until a client reads them. */
export class WaitingBytes implements Holder {
  readonly caller: Caller;
  weight = 0;
  readonly #limit: PrincipalLimit;
  readonly #response: ServerResponse;

  /**
   * @param caller - receives the answer
   * @param limit - counts the bytes
   * @param response - the answer
   */
  constructor(caller: Caller, limit: PrincipalLimit, response: ServerResponse) {
    this.caller = caller;
    this.#limit = limit;
    this.#response = response;
  }

  /** Counts the bytes that wait at this moment. */
  measure(): void {
    this.#limit.resize(this, this.#response.writableLength);
    this.#limit.take(this);
  }

  release(): void {
    this.#limit.release(this);
  }
}

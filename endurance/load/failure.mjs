/**
 * The reason for a missing answer.
 *
 * - `refused`: the server said 503, or there was no listener: it was not accepted
 * - `closed`: the connection ended before a byte of an answer
 * - `broken`: the connection ended within an answer
 * - `silent`: no data came until the timeout
 * - `wrong`: an invalid answer
 * - `gone`: the stream, session or task that the client wanted to resume no longer exists
 */
export class Failure extends Error {
  /** @param {string} kind @param {string} detail @param {number} [retryAfter] - seconds, from the server */
  constructor(kind, detail, retryAfter = 0) {
    super(`${kind}: ${detail}`);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

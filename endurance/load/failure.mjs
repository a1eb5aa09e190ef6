/**
 * Why there is no answer.
 *
 * - `refused`: the server said 503, or nobody listened: it was not accepted
 * - `closed`: the connection ended before a byte of an answer
 * - `broken`: the connection ended within an answer
 * - `silent`: nothing came for longer than anybody waits
 * - `wrong`: an answer that must not be
 * - `gone`: what the client wanted to go on with is not kept any more
 */
export class Failure extends Error {
  /** @param {string} kind @param {string} detail @param {number} [retryAfter] - seconds, as the server said */
  constructor(kind, detail, retryAfter = 0) {
    super(`${kind}: ${detail}`);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

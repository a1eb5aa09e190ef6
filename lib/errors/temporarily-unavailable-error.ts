import { ExpressMcpError } from './express-mcp-error.js';

/**
 * A token could be neither accepted nor refused, because the keys or the authorization server cannot be reached: 503
 * with `Retry-After`. Never 401, which would make clients throw away a good token.
 */
export class TemporarilyUnavailableError extends ExpressMcpError {
  /** When to try again, in seconds; becomes `Retry-After`. */
  readonly retryAfterSeconds: number;

  /**
   * @param retryAfterSeconds - whole seconds until another attempt makes sense
   * @param options - `cause` stays on the server
   */
  constructor(retryAfterSeconds: number, options?: ErrorOptions) {
    super('temporarily_unavailable', undefined, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

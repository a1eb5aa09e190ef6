import { ExpressMcpError } from './express-mcp-error.js';

/**
 * A token could be neither accepted nor refused, because the keys or the authorization server cannot be reached: 503
 * with `Retry-After`. Never 401, which would make clients throw away a good token.
 */
export class TemporarilyUnavailableError extends ExpressMcpError {
  /** When to try again, in seconds; becomes `Retry-After`. */
  readonly retryAfterSeconds: number;

  /** Whether a store of the app could not answer, and not the issuer. */
  readonly isOfStore: boolean;

  /**
   * @param retryAfterSeconds - whole seconds until another attempt makes sense
   * @param options - `cause` stays on the server; `isOfStore` if it is about a store of the app
   */
  constructor(retryAfterSeconds: number, options?: ErrorOptions & { readonly isOfStore?: boolean }) {
    super('temporarily_unavailable', undefined, options);
    this.isOfStore = options?.isOfStore === true;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

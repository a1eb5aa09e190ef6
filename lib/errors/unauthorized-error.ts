import { ExpressMcpError } from './express-mcp-error.js';

/**
 * The request has no credentials, but needs some. The answer is 401 with a challenge without `error`, since the client has not done
 * anything wrong yet (RFC 6750 §3.1, last paragraph).
 */
export class UnauthorizedError extends ExpressMcpError {
  /** Scopes that a client should ask for when it signs in. */
  readonly requiredScopes: readonly string[];

  /**
   * @param requiredScopes - scopes that the operation needs, as far as they are known
   * @param options - `cause` stays on the server
   */
  constructor(requiredScopes: readonly string[] = [], options?: ErrorOptions) {
    super('unauthorized', undefined, options);
    this.requiredScopes = requiredScopes;
  }
}

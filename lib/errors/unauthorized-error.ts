import { ExpressMcpError } from './express-mcp-error.js';

/**
 * No credentials were sent where some are needed: 401 with a challenge that carries no `error`, since nothing the
 * client did was wrong yet (RFC 6750 §3.1, last paragraph).
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

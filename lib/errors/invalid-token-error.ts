import { ExpressMcpError } from './express-mcp-error.js';

/**
 * The access token is expired, malformed, revoked, or was not made for this resource: 401 `invalid_token`
 * (RFC 6750 §3.1). A {@link https://www.rfc-editor.org/rfc/rfc6750#section-3.1 | TokenVerifier} of your own throws it.
 *
 * @example
 * ```ts
 * import { InvalidTokenError } from 'express-mcp';
 *
 * const error = new InvalidTokenError('The access token was revoked');
 * console.log(error.code); // invalid_token
 * ```
 */
export class InvalidTokenError extends ExpressMcpError {
  /**
   * @param message - becomes `error_description`; say what is wrong with the token, never quote it
   * @param options - `cause` stays on the server
   */
  constructor(message?: string, options?: ErrorOptions) {
    super('invalid_token', message, options);
  }
}

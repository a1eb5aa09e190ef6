import { ExpressMcpError } from './express-mcp-error.js';

/**
 * Credentials were sent in a way that is malformed or not allowed, such as twice or in the query: 400
 * `invalid_request` (RFC 6750 §3.1).
 */
export class InvalidRequestError extends ExpressMcpError {
  /**
   * @param message - becomes `error_description`
   */
  constructor(message?: string) {
    super('invalid_request', message);
  }
}

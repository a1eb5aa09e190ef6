import { ExpressMcpError } from './express-mcp-error.js';

/**
 * The DPoP proof of a request is missing, malformed, stale, used before, or not made for this request: 401
 * `invalid_dpop_proof` (RFC 9449 §7.1).
 */
export class InvalidDpopProofError extends ExpressMcpError {
  /**
   * @param message - becomes `error_description`
   * @param options - `cause` stays on the server
   */
  constructor(message?: string, options?: ErrorOptions) {
    super('invalid_dpop_proof', message, options);
  }
}

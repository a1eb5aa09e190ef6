import { ExpressMcpError } from './express-mcp-error.js';

/**
 * Something of the app itself failed while a caller was authenticated, such as a verifier of its own: 500. The caller gets a reference,
 * and the app's `onError` the error with the same reference.
 */
export class ServerError extends ExpressMcpError {
  /** By it the operator finds the error again. */
  readonly reference: string;

  /**
   * @param reference - the reference that `onError` was given
   * @param options - `cause` stays on the server
   */
  constructor(reference: string, options?: ErrorOptions) {
    super('server_error', undefined, options);
    this.reference = reference;
  }
}

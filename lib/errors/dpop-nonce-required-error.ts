import { ExpressMcpError } from './express-mcp-error.js';

/** The DPoP proof must carry a nonce of ours that is not over yet: 401 `use_dpop_nonce` (RFC 9449 §9). */
export class DpopNonceRequiredError extends ExpressMcpError {
  /** The nonce for the next proof. */
  readonly nonce: string;

  constructor(nonce: string) {
    super('use_dpop_nonce');
    this.nonce = nonce;
  }
}

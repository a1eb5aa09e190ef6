import { ExpressMcpError } from './express-mcp-error.js';
import type { RefusedTarget } from './insufficient-scope-error.js';
import { describeTarget } from './insufficient-scope-error.js';

/**
 * A policy other than scopes refuses, such as one about tenants or roles. The answer is 403 without a challenge, since no other token
 * of this user would help (RFC 9110 §15.5.4).
 */
export class AccessDeniedError extends ExpressMcpError {
  readonly target: RefusedTarget;

  /**
   * @param target - what was asked for
   * @param reason - told to the client; say what would help
   */
  constructor(target: RefusedTarget, reason?: string) {
    super('access_denied', reason ?? `Access to ${describeTarget(target)} is denied`);
    this.target = target;
  }
}

import type { RefusedTarget } from '../errors/insufficient-scope-error.js';
import type { Claims } from '../oauth/claim-mapping.js';
import type { CallContext } from './call-context.js';

/** The call that a middleware wraps. */
export interface MiddlewareCall<State = unknown, Request = unknown, TokenClaims = Claims> {
  /** The JSON-RPC method, such as `tools/call`. */
  readonly method: string;
  readonly target: RefusedTarget;
  /** The arguments of the client, validated and frozen. To change them, pass others to `next`. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The context that the handler gets. */
  readonly ctx: CallContext<State, Request, TokenClaims>;
}

/**
 * Calls the next middleware, or the handler.
 *
 * @param args - other arguments; they are validated, and access is decided again. Only tools and prompts take them
 * @returns what the handler returned
 */
export type NextHandler = (args?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Wraps every handler of a registry, after the decision and after validation. */
export type CallMiddleware<State = unknown, Request = unknown, TokenClaims = Claims> = (
  call: MiddlewareCall<State, Request, TokenClaims>,
  next: NextHandler,
) => unknown;

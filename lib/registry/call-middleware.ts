import type { RefusedTarget } from '../errors/insufficient-scope-error.js';
import type { Claims } from '../oauth/claim-mapping.js';
import type { CallContext } from './call-context.js';

/** What a middleware knows of the call that it stands around. */
export interface MiddlewareCall<State = unknown, Request = unknown, TokenClaims = Claims> {
  /** The JSON-RPC method, such as `tools/call`. */
  readonly method: string;
  readonly target: RefusedTarget;
  /** The arguments as the client sent them, validated and frozen. Give others to `next`. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The same that the handler gets. */
  readonly ctx: CallContext<State, Request, TokenClaims>;
}

/**
 * Calls the next middleware, or the handler.
 *
 * @param args - other arguments; they are validated and decided about again. Only tools and prompts take them
 * @returns what the handler returned
 */
export type NextHandler = (args?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Stands around every handler of a registry, after the decision and after validation. */
export type CallMiddleware<State = unknown, Request = unknown, TokenClaims = Claims> = (
  call: MiddlewareCall<State, Request, TokenClaims>,
  next: NextHandler,
) => unknown;

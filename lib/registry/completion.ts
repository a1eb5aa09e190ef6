import type { Claims } from '../oauth/claim-mapping.js';
import type { CallContext } from './call-context.js';

/** Suggestions, with how many there are in all; an array is the short form. */
export interface Suggestions {
  /** The best first; what is beyond 100 is cut (MCP `server/utilities/completion`). */
  readonly values: readonly string[];
  readonly total?: number;
  readonly hasMore?: boolean;
}

/**
 * Suggests values for an argument of a prompt or a variable of a resource template.
 *
 * @param value - what was typed so far
 * @param ctx - the call
 * @param resolved - values that were chosen for other arguments already
 */
export type CompletionFunction<State = unknown, Request = unknown, TokenClaims = Claims> = (
  value: string,
  ctx: CallContext<State, Request, TokenClaims>,
  resolved: Readonly<Record<string, string>>,
) => Promise<Suggestions | readonly string[]> | Suggestions | readonly string[];

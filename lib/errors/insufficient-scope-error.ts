import { displayName } from './display-name.js';
import { ExpressMcpError } from './express-mcp-error.js';

/** The item, method or route that a caller asked for and may not use. */
export interface RefusedTarget {
  readonly kind: 'endpoint' | 'method' | 'prompt' | 'resource' | 'route' | 'tool';
  /**
   * Name of the tool, prompt or method of an extension, URI of the resource, method and path of the route; absent for the endpoint
   * itself.
   */
  readonly name?: string;
}

/** The facts of a refusal. */
export interface InsufficientScopeFacts {
  /** Every scope that the operation needs, also those that the caller holds already. */
  readonly requiredScopes: readonly string[];
  /** The scopes that the caller's token carries. */
  readonly grantedScopes?: readonly string[];
  readonly target?: RefusedTarget;
}

/**
 * The caller is known and the item exists, but the token lacks scopes for it. This is not a server error. On HTTP it becomes 403 with a
 * challenge (RFC 6750 §3.1, MCP `basic/authorization#scope-challenge-handling`), on stdio a JSON-RPC error that names the scopes. It
 * carries facts, not header texts, because stdio has no headers.
 *
 * A handler may throw it as well, for example when an upstream API said 403.
 *
 * @example
 * ```ts
 * import { InsufficientScopeError } from 'express-mcp';
 *
 * const error = new InsufficientScopeError({ requiredScopes: ['notes:write'], target: { kind: 'tool', name: 'add' } });
 * console.log(error.message); // Insufficient scope for tool "add": requires notes:write
 * ```
 */
export class InsufficientScopeError extends ExpressMcpError {
  readonly requiredScopes: readonly string[];
  readonly grantedScopes: readonly string[];
  readonly target: RefusedTarget;

  constructor({ requiredScopes, grantedScopes = [], target = { kind: 'endpoint' } }: InsufficientScopeFacts) {
    super('insufficient_scope', describe(requiredScopes, target));
    this.requiredScopes = requiredScopes;
    this.grantedScopes = grantedScopes;
    this.target = target;
  }
}

function describe(requiredScopes: readonly string[], target: RefusedTarget): string {
  const scopes = requiredScopes.length === 0 ? 'scopes that were not named' : requiredScopes.join(' ');
  return `Insufficient scope for ${describeTarget(target)}: requires ${scopes}`;
}

/** Names the refused target for a message. */
export function describeTarget({ kind, name }: RefusedTarget): string {
  return name === undefined ? 'this endpoint' : `${kind} ${displayName(name)}`;
}

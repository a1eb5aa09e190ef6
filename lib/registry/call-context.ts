import type { Claims } from '../oauth/claim-mapping.js';
import type { RequestId } from '../jsonrpc/message.js';
import type { Auth } from '../oauth/auth.js';

/** What the client says about itself. It is not verified; never decide anything that matters by it. */
export interface ClientFacts {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/**
 * What a handler receives beside its arguments.
 *
 * @typeParam State - type of the value that `createRegistry` shares with every handler
 * @typeParam Request - type of the transport's own request
 * @typeParam TokenClaims - type of the claims of the caller's token, as the app knows them
 */
export interface CallContext<State = unknown, Request = unknown, TokenClaims = Claims> {
  /** Who is calling; undefined where anonymous calls are allowed. */
  readonly auth: Auth<TokenClaims> | undefined;
  /** The value given as `state` to `createRegistry`. */
  readonly state: State;
  /** The Express request; undefined on stdio. */
  readonly request: Request | undefined;
  /** Aborted when the time limit is reached or nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** The JSON-RPC id of the request. */
  readonly requestId: RequestId;
  /** The protocol revision that the client speaks, such as `2026-07-28`. */
  readonly protocolVersion: string;
  /** What the client says about itself, as far as it did. */
  readonly client: ClientFacts;
  /**
   * Demands scopes that only the handler can know of, for instance after it looked at the arguments, or after an
   * upstream API said 403. The client is asked for these and for everything else that the operation needs, at once.
   *
   * @throws InsufficientScopeError when the caller lacks one; let it pass
   */
  requireScopes(...scopes: readonly string[]): void;
}

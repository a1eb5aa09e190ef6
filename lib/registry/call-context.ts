import type { Claims } from '../oauth/claim-mapping.js';
import type { RequestId } from '../jsonrpc/message.js';
import type { Auth } from '../oauth/auth.js';
import type { Meta } from './content.js';
import type { InputNeeds, InputRequired, InputResponses } from './input-required.js';
import type { LogLevel } from './log-level.js';

/** The client's description of itself. It is not verified: never base an important decision on it. */
export interface ClientFacts {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** The extensions that the client declares, by name, each with its settings; malformed ones are left out. */
  readonly extensions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * The second argument of a handler.
 *
 * @typeParam State - type of the value that `createRegistry` shares with every handler
 * @typeParam Request - type of the transport's own request
 * @typeParam TokenClaims - type of the claims of the caller's token, as the app knows them
 */
export interface CallContext<State = unknown, Request = unknown, TokenClaims = Claims> {
  /** The caller; undefined for an anonymous call, where those are allowed. */
  readonly auth: Auth<TokenClaims> | undefined;
  /** The value given as `state` to `createRegistry`. */
  readonly state: State;
  /** The Express request; undefined on stdio. */
  readonly request: Request | undefined;
  /** Aborted when the time limit is reached or the answer is no longer wanted. */
  readonly signal: AbortSignal;
  /** The JSON-RPC id of the request. */
  readonly requestId: RequestId;
  /**
   * The session of a client up to 2025-11-25 over HTTP (`Mcp-Session-Id`); undefined without one, as for clients of 2026-07-28. It
   * names a conversation, not a person: the caller is in `auth`.
   */
  readonly sessionId: string | undefined;
  /** The protocol revision that the client speaks, such as `2026-07-28`. */
  readonly protocolVersion: string;
  /** The client's description of itself, as far as it sent one. */
  readonly client: ClientFacts;
  /**
   * Demands scopes that only the handler can know, for instance after it looked at the arguments, or after an upstream API answered
   * 403. The client is asked for these and for all others that the operation needs, at once.
   *
   * @throws InsufficientScopeError if the caller lacks one; do not catch it
   */
  requireScopes(...scopes: readonly string[]): void;
  /** The `_meta` of the request, such as trace context (`traceparent`, `tracestate`, `baggage`). Untrusted. */
  readonly meta: Meta;
  /**
   * Demands that the client declares capabilities, such as `{ sampling: {} }`.
   *
   * @throws ProtocolError `missing_client_capability` if it does not; do not catch it
   */
  requireClientCapabilities(capabilities: Readonly<Record<string, object>>): void;
  /**
   * Reports progress, if the client asked for it. The answer becomes a stream.
   *
   * @param progress - more than the last time; otherwise it is not sent
   * @param total - the final value, if known
   * @param message - the current step, for people
   * @returns when the client can take more: await it, so that a slow client slows the work down instead of filling the memory
   */
  progress(progress: number, total?: number, message?: string): Promise<void>;
  /**
   * Sends a log message, if the client asked for messages of this level. Do not put secrets into it.
   *
   * @param level - how severe it is
   * @param data - any JSON value
   * @param logger - the part of the app that logs
   * @returns when the client can take more
   */
  log(level: LogLevel, data: unknown, logger?: string): Promise<void>;
  /**
   * Makes the value to return if the client has to answer a question first. The handler is called again with the answers.
   *
   * @example
   * ```ts
   * import { createRegistry } from 'express-mcp';
   *
   * const registry = createRegistry({ name: 'greeter', version: '1.0.0' });
   * registry.tool('greet', {}, (_args, ctx) => {
   *   const answer = ctx.inputResponses?.['who'];
   *   if (answer === undefined) {
   *     const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } };
   *     const params = { message: 'Whom shall I greet?', requestedSchema };
   *     return ctx.inputRequired({ requests: { who: { method: 'elicitation/create', params } } });
   *   }
   *   return answer['action'] === 'accept' ? `Hello ${JSON.stringify(answer['content'])}` : 'Nobody to greet';
   * });
   * ```
   *
   * @see MCP `basic/patterns/mrtr`
   */
  inputRequired(needs: InputNeeds): InputRequired;
  /** The client's answers, by the names of the requests; undefined in the first round. Untrusted. */
  readonly inputResponses: InputResponses | undefined;
  /** The `state` of the previous round; undefined in the first round. */
  readonly requestState: unknown;
  /**
   * Lets the client wait without a connection: closes the one that carries the answer's stream, and the client comes back for the
   * missed events. Has no effect if streams cannot be resumed (only sessions of 2025-11-25 can).
   *
   * @param retryMs - how long the client waits before it comes back, in milliseconds
   */
  closeStream(retryMs?: number): void;
}

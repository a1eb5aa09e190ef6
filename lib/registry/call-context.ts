import type { Claims } from '../oauth/claim-mapping.js';
import type { RequestId } from '../jsonrpc/message.js';
import type { Auth } from '../oauth/auth.js';
import type { Meta } from './content.js';
import type { InputNeeds, InputRequired, InputResponses } from './input-required.js';
import type { LogLevel } from './log-level.js';

/** What the client says about itself. It is not verified; never decide anything that matters by it. */
export interface ClientFacts {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** The extensions that it declares, by name, with its settings for each; none for what it declares wrongly. */
  readonly extensions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
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
  /**
   * The session of a client up to 2025-11-25 over HTTP (`Mcp-Session-Id`); undefined where there is none, as for clients of 2026-07-28. It
   * names a conversation, not a person: who calls is in `auth`.
   */
  readonly sessionId: string | undefined;
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
  /** The `_meta` of the request, such as trace context (`traceparent`, `tracestate`, `baggage`). Untrusted. */
  readonly meta: Meta;
  /**
   * Demands that the client declares capabilities, such as `{ sampling: {} }`.
   *
   * @throws ProtocolError `missing_client_capability` when it does not; let it pass
   */
  requireClientCapabilities(capabilities: Readonly<Record<string, object>>): void;
  /**
   * Tells how far the work is, when the client asked to be told. The answer becomes a stream.
   *
   * @param progress - more than the last time; what is not more is not sent
   * @param total - how much it will be in the end, when known
   * @param message - what is being done, for people
   * @returns when the client can take more: await it, so that a slow client slows the work down instead of filling the memory
   */
  progress(progress: number, total?: number, message?: string): Promise<void>;
  /**
   * Sends a log message, when the client asked for messages of this level. Nothing secret belongs into it.
   *
   * @param level - how severe it is
   * @param data - any JSON value
   * @param logger - which part of the app says it
   * @returns when the client can take more
   */
  log(level: LogLevel, data: unknown, logger?: string): Promise<void>;
  /**
   * What to return when the client has to tell something first. The handler is called again with the answers.
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
  /** What the client answered, by the names of the requests; undefined in the first round. Untrusted. */
  readonly inputResponses: InputResponses | undefined;
  /** The `state` of the round before; undefined in the first round. */
  readonly requestState: unknown;
  /**
   * Lets the client wait without holding a connection: ends the one that carries the answer's stream; the client comes back
   * for what was sent meanwhile. Does nothing where streams cannot be resumed (only sessions of 2025-11-25 can).
   *
   * @param retryMs - how long the client waits before it comes back, in milliseconds
   */
  closeStream(retryMs?: number): void;
}

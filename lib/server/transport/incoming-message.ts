import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { Eventually } from '../../promises/and-then.js';
import type { Params } from '../../jsonrpc/message.js';
import type { ClientFacts } from '../../registry/call-context.js';
import type { HeaderParameter } from '../../registry/schemas/header-parameters.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import type { Decision } from '../authorization/decide-item.js';
import type { Caller } from '../authorization/caller.js';
import type { Cancellation } from '../cancellation/cancellation.js';
import type { Connection } from './connection.js';
import type { Outbox } from './outbox.js';
import type { MirrorDemand } from '../revisions/revision.js';
import type { DeclaredVersions } from '../revisions/supported-revisions.js';

/** How a transport delivers refusals. */
export interface RefusalTerms {
  /**
   * `thrown` if the transport has its own form for refusals (HTTP: status and challenge). `answered` if it has none (stdio), so that a
   * refusal becomes a JSON-RPC error.
   */
  readonly refusalsAre: 'answered' | 'thrown';
  /** Set if refused calls of tools may be answered by a result, for clients that ignore the transport's form. */
  readonly refusedCalls?: RefusedCalls | undefined;
}

/** Refused calls of tools, as results. */
export interface RefusedCalls {
  /** Whether this client gets a result. If it throws or rejects, so does `dispatch`. */
  areResultsFor(client: RefusedClient): Eventually<boolean>;
  /** The challenges that the transport would send (RFC 9110 §11.6.1); none if a new token would not help. */
  challengesOf(error: ExpressMcpError): readonly string[];
  /** Records a refusal that a handler asked for, before it is answered. */
  record(error: ExpressMcpError): Eventually<void>;
}

/** The client whose call is refused. */
export interface RefusedClient {
  readonly client: ClientFacts;
  readonly protocolVersion: string;
}

/** One message or batch as a transport delivers it. */
export interface IncomingDelivery extends RefusalTerms {
  readonly caller: Caller;
  readonly versions: DeclaredVersions;
  /** Whether the client went away. */
  readonly disconnect: Cancellation;
  /** State that outlives this request, on transports and for clients that have it. */
  readonly connection?: Connection | undefined;
  /** See `RequestInWork`. */
  readonly openConnection?: OpenConnection | undefined;
  /** See `RequestInWork`. */
  checkArguments?(...given: Parameters<NonNullable<ArgumentRules['checkArguments']>>): void;
  readonly outbox: Outbox;
  /** Whether the reply may be an open stream (`lasting`). If not, `dispatch` waits for its answer. */
  readonly letsStreamsLast?: boolean;
  readonly transportRequest?: unknown;
  /** Size of the message or batch, in bytes; undefined if it was not counted. */
  readonly payloadBytes?: number | undefined;
  /** Whether `record` is used. */
  readonly isOnRecord?: boolean;
  /** Records the decision about each request, before it is invoked. If it throws or rejects, so does `dispatch`. */
  record?(decided: DecidedOperation): Eventually<void>;
}

/** The decision about one request. */
export type DecidedOperation = {
  /** Undefined for an invalid message. */
  readonly method: string | undefined;
  readonly target: RefusedTarget | undefined;
} & (
  | { readonly outcome: Decision['outcome']; /** Why no decision was possible. */ readonly error?: unknown }
  /** The answer to the request has the reason. */
  | { readonly outcome: 'answered'; readonly error: ExpressMcpError }
);

/** Makes a connection out of a client's handshake. */
export type OpenConnection = (handshake: Params, version: string) => Promise<void>;

/** The transport's rules for arguments. */
export interface ArgumentRules {
  /** @throws ProtocolError `header_mismatch` */
  checkArguments?(
    mirrored: readonly HeaderParameter[],
    args: Readonly<Record<string, unknown>>,
    demand: MirrorDemand,
  ): void;
}

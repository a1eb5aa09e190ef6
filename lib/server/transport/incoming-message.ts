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

/** How a transport says that something is refused. */
export interface RefusalTerms {
  /**
   * Whether the transport has its own words for a refusal (HTTP: status and challenge), so that it is thrown, or none
   * (stdio), so that it is answered as a JSON-RPC error.
   */
  readonly refusalsAre: 'answered' | 'thrown';
  /** Given where a refused call of a tool may be answered by a result, for clients that do not act on the transport's words. */
  readonly refusedCalls?: RefusedCalls | undefined;
}

/** Refused calls of tools, as results. */
export interface RefusedCalls {
  /** Whether this client gets a result. What it throws or rejects with, `dispatch` does. */
  areResultsFor(client: RefusedClient): Eventually<boolean>;
  /** The challenges that the transport would send (RFC 9110 §11.6.1); none if a new token would not help. */
  challengesOf(error: ExpressMcpError): readonly string[];
  /** Hears of a refusal that a handler asked for, before it is answered. */
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
  /** What lasts beyond this request, on transports and for clients that have it. */
  readonly connection?: Connection | undefined;
  /** See `RequestInWork`. */
  readonly openConnection?: OpenConnection | undefined;
  /** See `RequestInWork`. */
  checkArguments?(...given: Parameters<NonNullable<ArgumentRules['checkArguments']>>): void;
  readonly outbox: Outbox;
  /** Whether a stream that was opened may be the reply (`lasting`). Where not, its answer is waited for. */
  readonly letsStreamsLast?: boolean;
  readonly transportRequest?: unknown;
  /** Bytes of the message or batch; undefined when nobody counted them. */
  readonly payloadBytes?: number | undefined;
  /** Whether `record` wants to hear. */
  readonly isOnRecord?: boolean;
  /** Hears what was decided about each request, before it is invoked. What it throws or rejects with, `dispatch` does. */
  record?(decided: DecidedOperation): Eventually<void>;
}

/** What was decided about one request. */
export type DecidedOperation = {
  /** Undefined for what is no message. */
  readonly method: string | undefined;
  readonly target: RefusedTarget | undefined;
} & (
  | { readonly outcome: Decision['outcome']; /** Why nothing could be decided. */ readonly error?: unknown }
  /** The answer to the request says why. */
  | { readonly outcome: 'answered'; readonly error: ExpressMcpError }
);

/** Makes a connection out of a client's handshake. */
export type OpenConnection = (handshake: Params, version: string) => Promise<void>;

/** What a transport demands of arguments. */
export interface ArgumentRules {
  /** @throws ProtocolError `header_mismatch` */
  checkArguments?(
    mirrored: readonly HeaderParameter[],
    args: Readonly<Record<string, unknown>>,
    demand: MirrorDemand,
  ): void;
}

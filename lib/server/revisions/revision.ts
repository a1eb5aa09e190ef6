import type { ErrorCode } from '../../errors/error-table.js';
import type { JsonRpcRequest, Params } from '../../jsonrpc/message.js';
import type { ServerInfo } from '../../registry/catalog.js';
import type { ClientFacts } from '../../registry/call-context.js';
import type { LogLevel } from '../../registry/log-level.js';
import type { CallToolResult, GetPromptResult } from '../../registry/content.js';

/** Every protocol revision that express-mcp speaks, the newest first. */
export const protocolVersions = ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'] as const;

/** A protocol revision, named by its date. */
export type ProtocolVersion = (typeof protocolVersions)[number];

/** How long and for whom a client may keep a result (MCP 2026-07-28 `server/utilities/caching`). */
export interface CacheHints {
  /** Milliseconds. */
  readonly ttlMs: number;
  readonly cacheScope: 'private' | 'public';
}

/**
 * Whether header fields that mirror a message have to be there, or only to agree with it if they are: gateways may route by them, whatever
 * the revision of a request is.
 */
export type MirrorDemand = 'demanded' | 'optional';

/** All that differs between protocol revisions. Whoever needs to know asks here, and nobody asks for a date. */
export interface Revision {
  readonly version: ProtocolVersion;
  readonly era: 'legacy' | 'modern';
  /** Whether several messages may come as one array. */
  readonly hasBatches: boolean;
  /** Whether arguments that fail a tool's schema are told to the model as a failed call, or to the client as an error. */
  readonly invalidArgumentsAre: 'error' | 'failed-call';
  /** Whether a client that goes away thereby cancels its request. */
  readonly disconnectCancels: boolean;
  /** How the client is asked for input: by a result that it answers with a new request, or by requests to it. */
  readonly asksBy: 'request' | 'result';
  /** Whether a client can have a stream of changes by asking for one, without a connection that lasts. */
  readonly hasSubscriptions: boolean;
  /** Whether a stream begins with an event that marks the place where a client can resume it. */
  readonly primesStreams: boolean;
  /** Whether clients know of extensions. */
  readonly hasExtensions: boolean;
  /** What is demanded of header fields that mirror the message. */
  readonly mirrors: MirrorDemand;

  /** @throws ProtocolError `invalid_metadata` when the request lacks what the revision demands of each */
  checkMetadata(request: JsonRpcRequest): void;
  /** What the client says about itself, in this request or (legacy) when the connection was opened. */
  clientOf(params: Params, connectedClient: unknown): ClientFacts;
  /** The least severe log messages that the client wants with this request; undefined for none. */
  logLevelOf(params: Params, connection: { readonly logLevel: LogLevel | undefined } | undefined): LogLevel | undefined;
  /** HTTP status of an error that answers a message. */
  statusOf(code: ErrorCode): number;
  /** JSON-RPC code of an error. */
  jsonRpcCodeOf(code: ErrorCode): number;
  /** The members of a listed item that clients of this revision know. */
  presentItem(listing: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** A tool's result as clients of this revision know it. */
  presentToolResult(result: CallToolResult): CallToolResult;
  /** A prompt's result as clients of this revision know it. */
  presentPromptResult(result: GetPromptResult): GetPromptResult;
  /** The server as clients of this revision know it. */
  presentServer(info: ServerInfo): Readonly<Record<string, unknown>>;
  /** A finished result with everything that the revision wants on it. */
  completeResult(result: object, info: ServerInfo, hints?: CacheHints): object;
}

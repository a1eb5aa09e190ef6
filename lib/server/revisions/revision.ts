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
 * Whether header fields that mirror a message are required, or only have to agree with it if present. Gateways may route by them,
 * whatever the revision of a request is.
 */
export type MirrorDemand = 'demanded' | 'optional';

/** The differences between protocol revisions. Code that depends on one reads a member, and never compares dates. */
export interface Revision {
  readonly version: ProtocolVersion;
  readonly era: 'legacy' | 'modern';
  /** Whether several messages may come as one array. */
  readonly hasBatches: boolean;
  /** Whether arguments that fail a tool's schema become a failed call for the model, or an error for the client. */
  readonly invalidArgumentsAre: 'error' | 'failed-call';
  /** Whether a client cancels its request by going away. */
  readonly disconnectCancels: boolean;
  /** How the client is asked for input: by a result that it answers with a new request, or by requests to it. */
  readonly asksBy: 'request' | 'result';
  /** Whether a client can request a stream of changes, without a lasting connection. */
  readonly hasSubscriptions: boolean;
  /** Whether a stream begins with an event that marks the place where a client can resume it. */
  readonly primesStreams: boolean;
  /** Whether clients know of extensions. */
  readonly hasExtensions: boolean;
  /** The rule for header fields that mirror the message. */
  readonly mirrors: MirrorDemand;

  /** @throws ProtocolError `invalid_metadata` if the request lacks metadata that the revision requires */
  checkMetadata(request: JsonRpcRequest): void;
  /** The client's description of itself, from this request or (legacy) from the handshake. */
  clientOf(params: Params, connectedClient: unknown): ClientFacts;
  /** The client's `Implementation` as it was sent, without the rest of `clientOf`. */
  clientInfoOf(params: Params, connection: { readonly handshake: Params | undefined } | undefined): unknown;
  /** The least severe level of log messages that the client wants with this request; undefined for none. */
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
  /** A finished result with all members that the revision requires. */
  completeResult(result: object, info: ServerInfo, hints?: CacheHints): object;
}

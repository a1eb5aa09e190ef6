import { errorTable } from '../../errors/error-table.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import type { JsonRpcRequest, Params } from '../../jsonrpc/message.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { ServerInfo } from '../../registry/catalog.js';
import type { LogLevel } from '../../registry/log-level.js';
import { isLogLevel } from '../../registry/log-level.js';
import { readClientInfo } from './client-info.js';
import type { Revision } from './revision.js';

/** The `_meta` members that every modern request carries (MCP 2026-07-28 `basic/index#_meta`). */
export const metaKeys = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
} as const;

/** The modern era: every request carries its version and its client. */
export const modern: Revision = {
  version: '2026-07-28',
  era: 'modern',
  hasBatches: false,
  // server/tools#error-handling: input validation errors are tool execution errors, so that a model can correct itself.
  invalidArgumentsAre: 'failed-call',
  // basic/transports/streamable-http#cancellation: closing the response MUST be treated as cancellation.
  disconnectCancels: true,
  asksBy: 'result',
  hasSubscriptions: true,
  primesStreams: false,
  hasExtensions: true,
  mirrors: 'demanded',
  checkMetadata,
  clientOf: (params) =>
    readClientInfo(metaOf(params)[metaKeys.clientInfo], metaOf(params)[metaKeys.clientCapabilities]),
  clientInfoOf: (params) => metaOf(params)[metaKeys.clientInfo],
  // server/utilities/logging#per-request-log-level: MUST NOT emit messages without it.
  logLevelOf,
  statusOf: (code) => errorTable[code].status,
  jsonRpcCodeOf: (code) => errorTable[code].jsonRpcCode,
  presentItem: (listing) => listing,
  presentToolResult: (result) => result,
  presentPromptResult: (result) => result,
  presentServer,
  completeResult: (result, info, hints) => ({
    // basic/index#resulttype: MUST be there.
    resultType: 'complete',
    ...result,
    // server/utilities/caching: MUST be there on cacheable results. A reader's own hints come first.
    ...(hints === undefined ? {} : { ...hints, ...definedHints(result) }),
    // basic/index#_meta: servers SHOULD identify themselves in every result.
    _meta: '_meta' in result ? { ...metaOf(result), ...identityOf(info) } : identityOf(info),
  }),
};

function checkMetadata({ params }: JsonRpcRequest): void {
  const meta = params['_meta'];
  // basic/index#_meta: a request that lacks a required field is malformed and MUST be rejected with -32602.
  if (!isObject(meta)) {
    throw missing(`params._meta with ${metaKeys.protocolVersion} and ${metaKeys.clientCapabilities}`);
  }
  if (typeof meta[metaKeys.protocolVersion] !== 'string') throw missing(`params._meta["${metaKeys.protocolVersion}"]`);
  if (!isObject(meta[metaKeys.clientCapabilities])) throw missing(`params._meta["${metaKeys.clientCapabilities}"]`);
  const level = meta[metaKeys.logLevel];
  // server/utilities/logging#error-handling: an unknown level SHOULD be rejected with -32602.
  if (level !== undefined && level !== null && !isLogLevel(level)) {
    throw new ProtocolError('invalid_params', `Invalid params: ${metaKeys.logLevel} must be a level of log messages`);
  }
}

function logLevelOf(params: Params): LogLevel | undefined {
  const level = metaOf(params)[metaKeys.logLevel];
  return isLogLevel(level) ? level : undefined;
}

function missing(what: string): ProtocolError {
  return new ProtocolError('invalid_metadata', `Invalid request metadata: every request needs ${what}`);
}

function metaOf(value: object): Readonly<Record<string, unknown>> {
  const meta = '_meta' in value ? value._meta : undefined;
  return isObject(meta) ? meta : {};
}

function definedHints(result: object): object {
  return Object.fromEntries(
    Object.entries(result).filter(([key, value]) => (key === 'ttlMs' || key === 'cacheScope') && value !== undefined),
  );
}

type Identity = Readonly<Record<string, unknown>>;

// The identity is the same in every result of a server.
const identities = new WeakMap<ServerInfo, Identity>();

function identityOf(info: ServerInfo): Identity {
  const known = identities.get(info);
  if (known !== undefined) return known;
  const identity = Object.freeze({ [metaKeys.serverInfo]: presentServer(info) });
  identities.set(info, identity);
  return identity;
}

function presentServer({ name, version, title, websiteUrl, icons }: ServerInfo): Readonly<Record<string, unknown>> {
  return {
    name,
    version,
    ...(title === undefined ? {} : { title }),
    ...(websiteUrl === undefined ? {} : { websiteUrl }),
    ...(icons === undefined ? {} : { icons }),
  };
}

import { errorTable } from '../../errors/error-table.js';
import type { ErrorCode } from '../../errors/error-table.js';
import type { ServerInfo } from '../../registry/catalog.js';
import type { ClientFacts } from '../../registry/call-context.js';
import type { CallToolResult, ContentBlock, GetPromptResult } from '../../registry/content.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { readClientInfo } from './client-info.js';
import type { ProtocolVersion, Revision } from './revision.js';

type LegacyVersion = Exclude<ProtocolVersion, '2026-07-28'>;

/** The revision that first knew a member; members that are not named here were always known. */
const memberSince: Readonly<Partial<Record<string, LegacyVersion>>> = {
  title: '2025-06-18',
  outputSchema: '2025-06-18',
  _meta: '2025-06-18',
  icons: '2025-11-25',
  websiteUrl: '2025-11-25',
};

/**
 * The legacy era: a handshake (`initialize`) agrees on the version, and later requests carry it in a header at most.
 *
 * @param version - one of the revisions up to 2025-11-25
 */
export function legacy(version: LegacyVersion): Revision {
  const knows = (member: string): boolean => (memberSince[member] ?? version) <= version;
  const knowsStructure = knows('outputSchema');
  return {
    version,
    era: 'legacy',
    // 2025-03-26 basic/index#batching; taken back in 2025-06-18.
    hasBatches: version === '2025-03-26',
    // 2025-11-25 changelog, SEP-1303: input validation errors are tool execution errors; before, protocol errors.
    invalidArgumentsAre: version === '2025-11-25' ? 'failed-call' : 'error',
    // basic/transports#sending-messages-to-the-server: a disconnect SHOULD NOT be read as cancellation.
    disconnectCancels: false,
    asksBy: 'request',
    hasSubscriptions: false,
    // 2025-11-25 basic/transports: SHOULD immediately send an event with an id and empty data. Older clients choke on it.
    primesStreams: version === '2025-11-25',
    hasExtensions: false,
    mirrors: 'optional',
    checkMetadata: () => undefined,
    clientOf: (_params, connectedClient) => clientOf(connectedClient),
    clientInfoOf: (_params, connection) => connection?.handshake?.['clientInfo'],
    // server/utilities/logging#setting-log-level: without the request, the server MAY decide.
    logLevelOf: (_params, connection) => (connection === undefined ? undefined : (connection.logLevel ?? 'info')),
    statusOf,
    jsonRpcCodeOf,
    presentItem: (listing) => presentMembers(listing, knows),
    presentToolResult: knowsStructure ? withObjectOnly : withoutStructure,
    presentPromptResult: (result) => (knowsStructure ? result : withoutLinks(result)),
    presentServer: (info) => presentServer(info, knows),
    completeResult: withoutHints,
  };
}

/** The params of `initialize`, where the transport has a connection to remember them by. */
function clientOf(handshake: unknown): ClientFacts {
  const params = isObject(handshake) ? handshake : {};
  return readClientInfo(params['clientInfo'], params['capabilities']);
}

/** Legacy clients take any status but 200 for a broken transport, so what answers a well-formed request is 200. */
function statusOf(code: ErrorCode): number {
  return code === 'method_not_found' || code === 'missing_client_capability' ? 200 : errorTable[code].status;
}

const withheld: ReadonlySet<ErrorCode> = new Set([
  ...(['resource_not_found', 'insufficient_scope'] as const),
  ...(['insufficient_user_authentication', 'access_denied'] as const),
]);

/** 2025-11-25 and before `server/resources#error-handling`: resource not found is -32002. */
function jsonRpcCodeOf(code: ErrorCode): number {
  if (withheld.has(code)) return -32002;
  // -32021 is of 2026-07-28; before, a client that cannot be asked has sent a request that cannot be served.
  return code === 'missing_client_capability' ? -32600 : errorTable[code].jsonRpcCode;
}

type Members = Readonly<Record<string, unknown>>;

function presentMembers(members: Members, knows: (member: string) => boolean): Members {
  const known = Object.entries(members).filter(([member]) => knows(member));
  return Object.fromEntries(
    known.flatMap(([member, value]) => {
      // Before 2026-07-28 structured content is an object; another output schema would be invalid there.
      if (member === 'outputSchema' && !isObjectSchema(value)) return [];
      return [[member, member === 'arguments' ? presentArguments(value, knows) : value]];
    }),
  );
}

function isObjectSchema(schema: unknown): boolean {
  return isObject(schema) && schema['type'] === 'object';
}

function presentArguments(listed: unknown, knows: (member: string) => boolean): unknown {
  return Array.isArray(listed) ? listed.map((argument: Members) => presentMembers(argument, knows)) : listed;
}

/** Before 2026-07-28 structured content is an object. A list, a text or a number comes as text, unless the content says it already. */
function withObjectOnly(result: CallToolResult): CallToolResult {
  const { structuredContent, ...rest } = result;
  if (structuredContent === undefined || isObject(structuredContent)) return result;
  const json = JSON.stringify(structuredContent);
  if (structuredContent === null || result.isError === true || rest.content.some((block) => says(block, json))) {
    return rest;
  }
  return { ...rest, content: [...rest.content, { type: 'text', text: json }] };
}

/** Whether a block is a text of a value: the text itself, or its JSON, however that is laid out. */
function says(block: ContentBlock, json: string): boolean {
  if (block.type !== 'text') return false;
  if (block.text === json || JSON.stringify(block.text) === json) return true;
  try {
    return JSON.stringify(JSON.parse(block.text)) === json;
  } catch {
    return false;
  }
}

/** 2025-03-26 has neither structured content nor resource links. */
function withoutStructure({ structuredContent: _unknown, content, ...rest }: CallToolResult): CallToolResult {
  return { ...rest, content: content.map(linkAsText) };
}

function withoutLinks(result: GetPromptResult): GetPromptResult {
  return {
    ...result,
    messages: result.messages.map((message) => ({ ...message, content: linkAsText(message.content) })),
  };
}

/** 2025-03-26 has no resource links; a text that names the resource is the nearest that it has. */
function linkAsText(block: ContentBlock): ContentBlock {
  return block.type === 'resource_link' ? { type: 'text', text: `${block.name}: ${block.uri}` } : block;
}

function presentServer(info: ServerInfo, knows: (member: string) => boolean): Members {
  const { instructions: _separate, ...members } = info;
  return presentMembers(members, knows);
}

/** Caching hints came with 2026-07-28; what a reader says about them is for modern clients only. */
function withoutHints(result: object): object {
  if (!('ttlMs' in result) && !('cacheScope' in result)) return result;
  const { ttlMs: _ttlMs, cacheScope: _cacheScope, ...rest } = result as Record<string, unknown>;
  return rest;
}

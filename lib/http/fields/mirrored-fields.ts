import type { IncomingHttpHeaders } from 'node:http';
import { displayName } from '../../errors/display-name.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import type { JsonRpcNotification, JsonRpcRequest } from '../../jsonrpc/message.js';
import type { HeaderParameter } from '../../registry/schemas/header-parameters.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { isCopiesOf, withoutCopies } from './repeated-fields.js';
import type { MirrorDemand } from '../../server/revisions/revision.js';
import { metaKeys } from '../../server/revisions/modern.js';

/**
 * Which parameter `Mcp-Name` mirrors (MCP `basic/transports/streamable-http#standard-request-headers`; of tasks, the extension's
 * `tasks#streamable-http-routing-headers`).
 */
const mirroredParameter: Readonly<Partial<Record<string, string>>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/**
 * Checks that the header fields of a request say the same as the message (MCP `basic/transports/streamable-http#server-validation`).
 * Otherwise a proxy that decides by the fields could be played off against a server that acts by the message. Clients of older
 * revisions do not send the fields. The proxy may not know that, and may believe fields that an attacker sends in their name.
 *
 * @param demand - whether they have to be there
 * @throws ProtocolError `header_mismatch`
 */
export function checkMirroredHeaders(
  headers: IncomingHttpHeaders,
  { method, params }: JsonRpcNotification | JsonRpcRequest,
  demand: MirrorDemand,
): void {
  if (demand === 'demanded') {
    const meta = isObject(params['_meta']) ? params['_meta'] : {};
    compare('MCP-Protocol-Version', headers['mcp-protocol-version'], meta[metaKeys.protocolVersion]);
  }
  const isExpected = (header: unknown): boolean => header !== undefined || demand === 'demanded';
  if (isExpected(headers['mcp-method'])) compare('Mcp-Method', headers['mcp-method'], method);
  const parameter = mirroredParameter[method];
  if (parameter === undefined || typeof params[parameter] !== 'string' || !isExpected(headers['mcp-name'])) return;
  compare('Mcp-Name', decodeMirrored(headers['mcp-name'], 'Mcp-Name'), params[parameter]);
}

/**
 * The params that `Mcp-Name` mirrors, as far as it can be read.
 *
 * @param method - value of `Mcp-Method`
 */
export function readMirrored(headers: IncomingHttpHeaders, method: string): Readonly<Record<string, unknown>> {
  const parameter = mirroredParameter[method];
  if (parameter === undefined || headers['mcp-name'] === undefined) return {};
  try {
    return { [parameter]: decodeMirrored(headers['mcp-name'], 'Mcp-Name') };
  } catch {
    return {};
  }
}

/**
 * Arguments that a tool wants repeated in header fields must be there and say the same (`#server-behavior-for-custom-headers`).
 *
 * @param rules - which ones, and whether they have to be there
 * @param args - of the call
 * @throws ProtocolError `header_mismatch`
 */
export function checkMirroredArguments(
  headers: IncomingHttpHeaders,
  { mirrored, demand }: { readonly mirrored: readonly HeaderParameter[]; readonly demand: MirrorDemand },
  args: Readonly<Record<string, unknown>>,
): void {
  for (const { field, path, type } of mirrored) {
    if (demand === 'optional' && headers[field.toLowerCase()] === undefined) continue;
    const value = path.reduce<unknown>(
      (inside, name) => (isObject(inside) ? ownMember(inside, name) : undefined),
      args,
    );
    const header = decodeMirrored(headers[field.toLowerCase()], field);
    if (type === 'integer' && typeof value === 'number') assertSafe(value, field);
    // A field for an absent or null argument MUST NOT be expected; if one is sent, it contradicts the message.
    const expected = value === undefined || value === null ? undefined : textOf(value);
    if (header === expected) continue;
    if (header !== undefined && expected !== undefined && isCopiesOf(header, expected)) continue;
    if (type === 'integer' && isSameInteger(withoutCopies(header), value)) continue;
    const shown =
      header === undefined ? 'is missing' : `does not match ${displayName(expected ?? 'nothing')} in the body`;
    throw new ProtocolError('header_mismatch', `Header mismatch: ${field} ${shown}`);
  }
}

function ownMember(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** `#schema-extension`: MUST be within the safe range; beyond it, two different texts are the same number. */
function assertSafe(value: number, field: string): void {
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return;
  const range = `${String(Number.MIN_SAFE_INTEGER)} to ${String(Number.MAX_SAFE_INTEGER)}`;
  throw new ProtocolError('header_mismatch', `Header mismatch: ${field} needs an integer from ${range}`);
}

/** `#server-validation`: integers SHOULD be compared as numbers, so that `42.0` is `42`. */
function isSameInteger(header: string | undefined, value: unknown): boolean {
  return header !== undefined && /^-?\d+(?:\.0+)?$/.test(header) && Number(header) === value;
}

/** `#value-encoding`: strings as they are, integers in decimal, booleans in lower case. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function compare(field: string, header: string | readonly string[] | undefined, body: unknown): void {
  if (header === undefined) throw new ProtocolError('header_mismatch', `Header mismatch: ${field} is missing`);
  if (header === body || (typeof body === 'string' && isCopiesOf(String(header), body))) return;
  const shown = `${displayName(String(header))} does not match ${displayName(String(body))} in the body`;
  throw new ProtocolError('header_mismatch', `Header mismatch: ${field} ${shown}`);
}

// #value-encoding: visible ASCII characters, space and tab. Node takes bytes beyond for Latin-1, which a proxy may not.
const plain = /^[\t\x20-\x7e]*$/;

const sentinel = /^=\?base64\?(?<text>.*)\?=$/;

// RFC 4648 §4, with padding: Buffer would skip unknown characters, and two texts could mean the same name.
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A value that does not fit into a header field comes as Base64 of its UTF-8 (`#value-encoding`). */
function decodeMirrored(header: string | readonly string[] | undefined, field: string): string | undefined {
  if (typeof header !== 'string') return header?.join(', ');
  // #server-behavior-for-custom-headers: MUST be rejected.
  if (!plain.test(header)) {
    throw new ProtocolError('header_mismatch', `Header mismatch: ${field} has characters that must come in Base64`);
  }
  // Base64 has no commas, so what is joined by them are copies.
  const text = sentinel.exec(withoutCopies(header) ?? header)?.groups?.['text'];
  if (text === undefined) return header;
  if (base64.test(text)) return Buffer.from(text, 'base64').toString('utf8');
  throw new ProtocolError('header_mismatch', `Header mismatch: ${field} is not valid Base64`);
}

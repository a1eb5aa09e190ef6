import type { IncomingHttpHeaders } from 'node:http';
import { displayName } from '../errors/display-name.js';
import { ProtocolError } from '../errors/protocol-error.js';
import type { JsonRpcRequest } from '../jsonrpc/message.js';
import { isObject } from '../jsonrpc/parse-message.js';
import { metaKeys } from '../server/revisions/modern.js';

/** Which parameter `Mcp-Name` mirrors (MCP `basic/transports/streamable-http#standard-request-headers`). */
const mirroredParameter: Readonly<Partial<Record<string, string>>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/**
 * Header fields of a modern request must say the same as the message, so that a proxy that decides by them and a server
 * that acts by the message cannot be played off against each other (MCP `basic/transports/streamable-http#server-validation`).
 *
 * @throws ProtocolError `header_mismatch`
 */
export function checkMirroredHeaders(headers: IncomingHttpHeaders, { method, params }: JsonRpcRequest): void {
  const meta = isObject(params['_meta']) ? params['_meta'] : {};
  compare('MCP-Protocol-Version', headers['mcp-protocol-version'], meta[metaKeys.protocolVersion]);
  compare('Mcp-Method', headers['mcp-method'], method);
  const parameter = mirroredParameter[method];
  if (parameter === undefined || typeof params[parameter] !== 'string') return;
  compare('Mcp-Name', decodeMirrored(headers['mcp-name']), params[parameter]);
}

function compare(field: string, header: string | readonly string[] | undefined, body: unknown): void {
  if (header === undefined) throw new ProtocolError('header_mismatch', `Header mismatch: ${field} is missing`);
  if (header === body) return;
  const shown = `${displayName(String(header))} does not match ${displayName(String(body))} in the body`;
  throw new ProtocolError('header_mismatch', `Header mismatch: ${field} ${shown}`);
}

const sentinel = /^=\?base64\?(?<text>.*)\?=$/;

// RFC 4648 §4, padding included: Buffer would skip what it does not know, and two texts could mean the same name.
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A value that does not fit into a header field comes as Base64 of its UTF-8 (`#value-encoding`). */
function decodeMirrored(header: string | readonly string[] | undefined): string | undefined {
  if (typeof header !== 'string') return header?.join(', ');
  const text = sentinel.exec(header)?.groups?.['text'];
  if (text === undefined) return header;
  if (base64.test(text)) return Buffer.from(text, 'base64').toString('utf8');
  throw new ProtocolError('header_mismatch', 'Header mismatch: Mcp-Name is not valid Base64');
}

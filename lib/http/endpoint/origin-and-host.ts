import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isLoopbackHost } from '../../oauth/trustworthy-url.js';
import { isSentUnlike, withoutCopies } from '../fields/repeated-fields.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import type { ResolvedRouterOptions } from './router-options.js';

/**
 * Protects local servers against DNS rebinding, and all servers against pages of foreign origins. MCP
 * `basic/transports/streamable-http#security--endpoint`: Origin MUST be validated, and an invalid one gets 403.
 *
 * @param request - its header fields, and the address that the connection came in on
 * @param resource - the endpoint; without one, a connection to a loopback address makes it a local one
 * @throws ProtocolError `forbidden_origin` or `forbidden_host`
 */
export function checkOrigin(
  request: Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'socket'>,
  resource: ProtectedResource | undefined,
  { allowedHosts, allowedOrigins }: Pick<ResolvedRouterOptions, 'allowedHosts' | 'allowedOrigins'>,
): void {
  const { headers, socket } = request;
  const isLocalEndpoint = resource === undefined ? isLoopbackAddress(socket.localAddress) : resource.isLocal;
  const { host } = headers;
  // RFC 9112 §3.2: a second Host is an error. Node shows the first, and a proxy may have read the last.
  const hasUnlikeHosts = isSentUnlike(request, 'host');
  const origin = withoutCopies(headers.origin);
  if (hasUnlikeHosts || !isHostAllowed(host, allowedHosts, isLocalEndpoint)) {
    throw new ProtocolError(
      'forbidden_host',
      'This Host is not allowed. The server allows it by allowedHosts of mcpRouter',
    );
  }
  if (origin === undefined || allowedOrigins === '*' || allowedOrigins?.has(origin) === true) return;
  if (resource?.cors === '*' || resource?.cors?.has(origin) === true || origin === resource?.url.origin) return;
  // Explicit origins replace the convenience for local development.
  if (allowedOrigins === undefined && isLocalEndpoint && isLoopbackUrl(origin)) return;
  throw new ProtocolError(
    'forbidden_origin',
    'This Origin is not allowed. The server allows it by allowedOrigins of mcpRouter, or by cors of mcpAuth if pages read the answers',
  );
}

/**
 * Whether a request passes {@link checkOrigin}, for those who refuse in another way.
 */
export function isFromAllowedOrigin(...facts: Parameters<typeof checkOrigin>): boolean {
  try {
    checkOrigin(...facts);
    return true;
  } catch {
    return false;
  }
}

/** A rebound name shows in Host. Behind a public name tokens protect, and proxies rewrite Host, so it is not looked at. */
function isHostAllowed(host = '', allowed: ReadonlySet<string> | undefined, isLocal: boolean): boolean {
  if (allowed !== undefined) return allowed.has(host.toLowerCase()) || allowed.has(nameOf(host.toLowerCase()));
  return !isLocal || isLoopbackUrl(`http://${host}`);
}

/** Without the port (RFC 9110 §7.2). */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, '');
}

function isLoopbackUrl(text: string): boolean {
  return URL.canParse(text) && isLoopbackHost(new URL(text).hostname);
}

/** Whether an address is one of this machine's own (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
function isLoopbackAddress(address: string | undefined): boolean {
  return address === '::1' || address?.replace(/^::ffff:/, '').startsWith('127.') === true;
}

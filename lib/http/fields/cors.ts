import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AllowedOrigins } from './origins.js';
import { withoutCopies } from './repeated-fields.js';
import { vary } from './vary.js';

// Fields that a browser client has to read: challenges (RFC 6750 §3), nonces (RFC 9449 §8), sessions and the protocol version.
const exposedHeaders = 'WWW-Authenticate, DPoP-Nonce, Mcp-Session-Id, MCP-Protocol-Version';

const preflightSeconds = '600';

/**
 * Lets allowed browser origins read the answer (Fetch standard §3.2), errors and challenges included.
 *
 * @param origins - the allowed ones
 */
export function allowOrigin(origins: AllowedOrigins, request: IncomingMessage, response: ServerResponse): void {
  vary(response, 'Origin');
  const origin = withoutCopies(request.headers.origin);
  if (origin === undefined || (origins !== '*' && !origins.has(origin))) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', exposedHeaders);
}

/** Whether a request only asks for permission (Fetch standard §3.2.2). Browsers send no token with it. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
}

/** The methods of the transport (MCP `basic/transports/streamable-http`). */
export const endpointMethods = 'POST, GET, DELETE';

/**
 * Answers a preflight. All requested header fields are allowed, since clients mirror tool arguments into them.
 *
 * @param methods - the allowed ones
 */
export function answerPreflight(request: IncomingMessage, response: ServerResponse, methods: string): void {
  vary(response, 'Access-Control-Request-Headers');
  if (response.hasHeader('Access-Control-Allow-Origin')) {
    const asked = request.headers['access-control-request-headers'];
    response.setHeader('Access-Control-Allow-Methods', methods);
    if (asked !== undefined) response.setHeader('Access-Control-Allow-Headers', asked);
    response.setHeader('Access-Control-Max-Age', preflightSeconds);
  }
  response.writeHead(204).end();
}

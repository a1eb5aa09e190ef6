import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from '../fields/hosted-request.js';
import { leaveUnread } from '../fields/unread-body.js';
import type { ProtectedResource } from './protected-resource.js';
import { nodeCrypto } from '../../builtins/node-crypto.js';

/**
 * Answers requests for the metadata document (RFC 9728 §3). It is public and the same for everyone, so any browser
 * origin may read it, and caches may keep it for a while.
 *
 * @param resource - whose document it is
 * @param exchange - the request; `next` hears of a signing key that cannot be used
 */
export function answerMetadataRequest(resource: ProtectedResource, { request, response, next }: Exchange): void {
  leaveUnread(request, response);
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      resource.metadataJson().then((json) => {
        send(json, request, response);
      }, next);
      return;
    case 'OPTIONS':
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS');
      // MCP clients send MCP-Protocol-Version with discovery requests, which makes a browser ask first.
      response.setHeader('Access-Control-Allow-Headers', 'MCP-Protocol-Version');
      response.writeHead(204).end();
      return;
    default:
      response.writeHead(405, { Allow: 'GET, HEAD, OPTIONS' }).end();
  }
}

function send(json: string, { headers, method }: IncomingMessage, response: ServerResponse): void {
  const tag = `"${nodeCrypto().createHash('sha256').update(json).digest('base64url').slice(0, 22)}"`;
  response.setHeader('Cache-Control', 'public, max-age=300');
  response.setHeader('ETag', tag);
  // RFC 9110 §13.1.2: a client that has this document already is told so. Weak comparison, since a proxy may have weakened the tag.
  const known = headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known?.includes(tag) === true || known?.includes('*') === true) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(json),
  });
  // RFC 9110 §9.3.2: HEAD has the same fields and no body; Node leaves it out.
  response.end(method === 'HEAD' ? undefined : json);
}

import type { NextFunction, Request, Response } from 'express';
import type { ProtectedResource } from './protected-resource.js';

/**
 * Answers requests for the metadata document (RFC 9728 §3). It is public and the same for everyone, so any browser
 * origin may read it and anybody may keep it for a while.
 *
 * @param resource - whose document it is
 * @param next - hears of a signing key that cannot be used
 */
export function answerMetadataRequest(
  resource: ProtectedResource,
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      resource.metadataJson().then((json) => {
        response.setHeader('Cache-Control', 'public, max-age=300');
        response.type('application/json').send(json);
      }, next);
      return;
    case 'OPTIONS':
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS');
      // MCP clients send MCP-Protocol-Version with discovery requests, which makes a browser ask first.
      response.setHeader('Access-Control-Allow-Headers', 'MCP-Protocol-Version');
      response.status(204).end();
      return;
    default:
      response.setHeader('Allow', 'GET, HEAD, OPTIONS');
      response.status(405).end();
  }
}

import type { ServerResponse } from 'node:http';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { ErrorPlace } from './challenges.js';
import { answerError } from './error-response.js';

/**
 * Writes the answer to one of our errors.
 *
 * @param error - anything that was thrown
 * @param response - where to
 * @param place - where it happened
 * @returns false if the error is not ours, or the answer began already; nothing is written then
 */
export function writeError(error: unknown, response: ServerResponse, place: ErrorPlace | undefined): boolean {
  if (!(error instanceof ExpressMcpError) || response.headersSent) return false;
  const { status, headers, body } = answerError(error, place);
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
  return true;
}

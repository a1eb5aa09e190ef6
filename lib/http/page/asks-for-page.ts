import type { IncomingMessage } from 'node:http';
import { prefersHtml } from '../fields/content-negotiation.js';

/**
 * Whether a browser probably sent a request because a person opened a URL. It is a GET that prefers `text/html`, or a HEAD, which is
 * answered like GET (RFC 9110 §9.3.2).
 *
 * @param request - method and header fields
 */
export function asksForPage({ method, headers }: Pick<IncomingMessage, 'headers' | 'method'>): boolean {
  return (method === 'GET' || method === 'HEAD') && prefersHtml(headers);
}

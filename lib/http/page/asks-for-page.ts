import type { IncomingMessage } from 'node:http';
import { prefersHtml } from '../fields/content-negotiation.js';

/**
 * Whether a request is what a browser sends when a person opens a URL: GET that prefers `text/html`, or HEAD, which is
 * answered as GET would be (RFC 9110 §9.3.2).
 *
 * @param request - method and header fields
 */
export function asksForPage({ method, headers }: Pick<IncomingMessage, 'headers' | 'method'>): boolean {
  return (method === 'GET' || method === 'HEAD') && prefersHtml(headers);
}

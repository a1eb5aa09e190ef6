import type { IncomingHttpHeaders } from 'node:http';
import { withoutCopies } from './repeated-fields.js';

/**
 * Whether a browser sends a request from a page of the endpoint's own site. Only a list of public suffixes tells whether
 * `a.example.com` and `b.example.com` are one site. The browser has one, and reports its verdict in `Sec-Fetch-Site`, which no page can
 * write.
 *
 * @param headers - the header fields of the request
 * @param endpoint - the public URL of the endpoint
 */
export function isSameSite(
  { origin: sentOrigin, 'sec-fetch-site': sentSite }: IncomingHttpHeaders,
  endpoint: URL,
): boolean {
  const [origin, site] = [withoutCopies(sentOrigin), withoutCopies(sentSite)];
  if (origin === undefined || !URL.canParse(origin)) return false;
  // A comma joins different values, and one of them may be "cross-site".
  if (site === 'cross-site' || site === 'none' || site?.includes(',') === true) return false;
  const { protocol, hostname } = new URL(origin);
  // An attacker in the network can forge a page without TLS.
  if (protocol !== endpoint.protocol) return false;
  return site === 'same-site' || hostname === endpoint.hostname || isBelow(hostname, endpoint.hostname);
}

function isBelow(hostname: string, parent: string): boolean {
  return parent.includes('.') && !/^[\d.]+$/.test(parent) && hostname.endsWith(`.${parent}`);
}

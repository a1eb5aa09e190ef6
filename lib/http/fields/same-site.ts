import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser sends a request from a page of the endpoint's own site. Only a list of public suffixes tells whether
 * `a.example.com` and `b.example.com` are one site. The browser has one, and reports its verdict in `Sec-Fetch-Site`, which no page can
 * write.
 *
 * @param headers - the header fields of the request
 * @param endpoint - the public URL of the endpoint
 */
export function isSameSite({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders, endpoint: URL): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  if (site === 'cross-site' || site === 'none') return false;
  const { protocol, hostname } = new URL(origin);
  // An attacker in the network can forge a page without TLS.
  if (protocol !== endpoint.protocol) return false;
  return site === 'same-site' || hostname === endpoint.hostname || isBelow(hostname, endpoint.hostname);
}

function isBelow(hostname: string, parent: string): boolean {
  return parent.includes('.') && !/^[\d.]+$/.test(parent) && hostname.endsWith(`.${parent}`);
}

import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser sends a request from a page of the endpoint's own site. Without a list of public suffixes nobody can tell whether
 * `a.example.com` and `b.example.com` are one site; the browser can, and says so in `Sec-Fetch-Site`, which no page can write.
 *
 * @param headers - the header fields of the request
 * @param endpoint - the public URL of the endpoint
 */
export function isSameSite({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders, endpoint: URL): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  if (site === 'cross-site' || site === 'none') return false;
  const { protocol, hostname } = new URL(origin);
  // A page without TLS can be anybody's on the network between.
  if (protocol !== endpoint.protocol) return false;
  return site === 'same-site' || hostname === endpoint.hostname || isBelow(hostname, endpoint.hostname);
}

function isBelow(hostname: string, parent: string): boolean {
  return parent.includes('.') && !/^[\d.]+$/.test(parent) && hostname.endsWith(`.${parent}`);
}

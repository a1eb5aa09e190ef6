const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a host name always means this machine (RFC 6761 §6.3, RFC 8252 §7.3).
 *
 * @param hostname - as `URL.hostname` gives it: lower case, IPv6 in brackets
 */
export function isLoopbackHost(hostname: string): boolean {
  return loopbackHosts.has(hostname) || hostname.endsWith('.localhost');
}

/**
 * Whether a URL may be trusted with keys and tokens: https, or http to this very machine.
 *
 * @param text - the URL
 */
export function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

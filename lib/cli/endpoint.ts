import { isLoopbackHost, isTrustworthyUrl } from '../oauth/trustworthy-url.js';
import type { Answer, Ask, NoAnswer, ProbeRequest } from './http-probe.js';

/** The endpoint to examine. */
export interface Endpoint {
  readonly url: URL;
  /** The URL as it was typed. */
  readonly typed: string;
  readonly ask: Ask;
  /** Milliseconds since 1970, by our own clock. */
  readonly now: () => number;
}

// The first message of a client, so that proxies and middleware treat it like one from a client.
const firstMessage: ProbeRequest = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'express-mcp-doctor', version: '1.0.0' },
    },
  }),
};

/**
 * Sends the first message of a client.
 *
 * @param headers - additional fields
 * @param query - added to the query, such as `access_token=…`
 */
export function knock(
  { url, ask }: Endpoint,
  headers: ProbeRequest['headers'] = {},
  query = '',
): Promise<Answer | NoAnswer> {
  const target = new URL(url);
  if (query !== '') target.search = target.search === '' ? query : `${target.search}&${query}`;
  return ask(target.href, { ...firstMessage, headers: { ...firstMessage.headers, ...headers } });
}

/**
 * Why a client must not follow a URL that the endpoint names; undefined if it may. The doctor does not follow it, either: a foreign
 * server must not choose the requests of this machine.
 *
 * @param text - the URL
 */
export function reasonNotToFollow(text: string, { url }: Endpoint): string | undefined {
  if (!URL.canParse(text)) return 'is no absolute URL';
  const { hostname, origin, username, password } = new URL(text);
  if (username !== '' || password !== '') return 'has a user name or password in it';
  if (origin === url.origin) return undefined;
  if (!isTrustworthyUrl(text)) return 'is not https';
  return isLoopbackHost(hostname) && !isLoopbackHost(url.hostname)
    ? 'means the machine of its reader, not yours'
    : undefined;
}

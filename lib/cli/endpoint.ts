import { isLoopbackHost, isTrustworthyUrl } from '../oauth/trustworthy-url.js';
import type { Answer, Ask, NoAnswer, ProbeRequest } from './http-probe.js';

/** The endpoint that is looked at. */
export interface Endpoint {
  readonly url: URL;
  /** The URL as it was typed. */
  readonly typed: string;
  readonly ask: Ask;
  /** Milliseconds since 1970, by our own clock. */
  readonly now: () => number;
}

// What a client sends first, so that the way through proxies and middleware is the one that clients take.
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
 * Sends what a client sends first.
 *
 * @param headers - what else goes with it
 * @param query - what is added to the query, such as `access_token=…`
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
 * Why a client must not follow a URL that the endpoint names; undefined when it may. The doctor does not follow it, either: a
 * stranger's server must not decide what is asked on this machine.
 *
 * @param text - what the endpoint names
 */
export function reasonNotToFollow(text: string, { url }: Endpoint): string | undefined {
  if (!URL.canParse(text)) return 'is no absolute URL';
  const { hostname, origin, username, password } = new URL(text);
  if (username !== '' || password !== '') return 'has a user name or password in it';
  if (origin === url.origin) return undefined;
  if (!isTrustworthyUrl(text)) return 'is not https';
  return isLoopbackHost(hostname) && !isLoopbackHost(url.hostname)
    ? 'means the machine of whoever reads it, not yours'
    : undefined;
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { findIdentity, identityOf } from '../../http/access/request-identity.js';
import { isObject } from '../../jsonrpc/parse-message.js';

/** What the request of a caller says about the caller and the way here. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddress: string | undefined;
  readonly isEncrypted: boolean;
  /** The request that carried the call; undefined on stdio. */
  readonly request: IncomingMessage | undefined;
}

// The credentials, what proxies said about the way here, and what joins traces and logs. Never cookies: a session that a browser
// sends by itself is no consent to a call by a model. Never DPoP: that proof is about the request to the endpoint.
const handedOn = [
  'authorization',
  ...['host', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-real-ip'],
  ...['accept-language', 'user-agent', 'traceparent', 'tracestate', 'baggage', 'x-request-id', 'x-correlation-id'],
] as const;

/**
 * What a route has to know of the caller of a tool, from the request that carried the call.
 *
 * @param request - `ctx.request`: the request of Node or Express, or undefined on stdio
 */
export function callerOf(request: unknown): Caller {
  if (!isRequest(request)) return { headers: {}, remoteAddress: undefined, isEncrypted: false, request: undefined };
  const { headers, socket } = request;
  const named = handedOn.flatMap((name) => fieldOf(headers, name));
  return {
    headers: Object.fromEntries(named),
    remoteAddress: socket.remoteAddress,
    isEncrypted: 'encrypted' in socket && socket.encrypted === true,
    request,
  };
}

function fieldOf(headers: IncomingHttpHeaders, name: string): readonly (readonly [string, string])[] {
  const value = headers[name];
  if (value === undefined) return [];
  return [[name, Array.isArray(value) ? value.join(', ') : value]];
}

function isRequest(request: unknown): request is IncomingMessage {
  return isObject(request) && isObject(request['headers']) && isObject(request['socket']);
}

/**
 * Makes the identity of a caller known to the routes and guards of the app, which read it as `getAuth(req)` without verifying the
 * credentials again: a DPoP proof is good for one request only. It stays in the process, beside the request, where nothing that a
 * caller sends can forge it.
 *
 * @param injected - the request that a route gets
 * @param caller - whose call it is
 */
export function handOnIdentity(injected: IncomingMessage, { request }: Caller): void {
  const known = request === undefined ? undefined : findIdentity(request);
  if (known?.auth === undefined) return;
  const identity = identityOf(injected);
  // `auth.protect` of the same `mcpAuth` takes it as it is.
  identity.resource = known.resource;
  identity.auth = known.auth;
  identity.scheme = known.scheme;
  identity.recheck = known.recheck;
}

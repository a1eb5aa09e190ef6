import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { findIdentity, identityOf } from '../../http/access/request-identity.js';
import { isObject } from '../../jsonrpc/parse-message.js';

/** Facts about the caller and the way of the request. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddress: string | undefined;
  readonly isEncrypted: boolean;
  /** The request that carried the call; undefined on stdio. */
  readonly request: IncomingMessage | undefined;
}

// The credentials, the fields of proxies, and the ids of traces and logs. Never cookies: a session that a browser sends by itself is no
// consent to a call by a model. Never DPoP: that proof is for the request to the endpoint.
const handedOn = [
  'authorization',
  ...['host', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port', 'x-real-ip'],
  ...['accept-language', 'user-agent', 'traceparent', 'tracestate', 'baggage', 'x-request-id', 'x-correlation-id'],
] as const;

/**
 * The facts about a tool's caller that a route needs, from the request that carried the call.
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
 * Makes the caller's identity known to the routes and guards of the app, which read it by `getAuth(req)`. They do not verify the
 * credentials again, since a DPoP proof is good for one request only. The identity stays in the process, beside the request, where
 * callers cannot forge it.
 *
 * @param injected - the request that a route gets
 * @param caller - of the tool
 */
export function handOnIdentity(injected: IncomingMessage, { request }: Caller): void {
  const known = request === undefined ? undefined : findIdentity(request);
  if (known?.auth === undefined) return;
  const identity = identityOf(injected);
  // `auth.protect` of the same `mcpAuth` accepts it as it is.
  identity.resource = known.resource;
  identity.auth = known.auth;
  identity.scheme = known.scheme;
  identity.recheck = known.recheck;
}

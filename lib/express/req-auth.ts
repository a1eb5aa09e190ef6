import type { IncomingMessage } from 'node:http';
import type { Auth } from '../oauth/auth.js';
import { findIdentity } from '../http/access/request-identity.js';
import { nodeHttp } from '../builtins/node-http.js';

/**
 * Makes the caller readable as `req.auth`, where the official SDK's transports and handlers look.
 *
 * It is read through Express's own prototype of requests, one of the two places that Express has for extensions
 * (https://expressjs.com/en/guide/overriding-express-api.html). There are two reasons. A logger that prints the members of a request
 * without its header fields logs no token. And Express exchanges the prototype of every request, so V8 makes a hidden class for each
 * property that is added later. This takes a twentieth of the cost of a call.
 *
 * @param request - the request; its identity knows the caller already
 * @param auth - the caller
 */
export function exposeAuth(request: WithAuth, auth: Auth): void {
  if (request.auth === auth) return;
  const prototype = requestPrototype(request);
  if (prototype !== undefined && !('auth' in prototype)) Object.defineProperty(prototype, 'auth', accessor);
  // Other code put something there, or this is no request of Express's.
  if (request.auth !== auth) setOwn(request, auth);
}

interface WithAuth extends IncomingMessage {
  auth?: unknown;
}

const accessor: PropertyDescriptor & ThisType<IncomingMessage> = {
  configurable: true,
  enumerable: false,
  get() {
    return findIdentity(this)?.auth;
  },
  // Others may use the same name for their own requests.
  set(value: unknown) {
    setOwn(this, value);
  },
};

function setOwn(request: WithAuth, value: unknown): void {
  // A request of Node's own has no accessor that would get in the way, and to define a property takes ten times as long.
  if (!('auth' in request)) request.auth = value;
  else Object.defineProperty(request, 'auth', { value, configurable: true, enumerable: true, writable: true });
}

/** `express.request`: what the requests of all apps of one copy of Express have in common. */
function requestPrototype(request: IncomingMessage): object | undefined {
  const { IncomingMessage } = nodeHttp();
  let prototype = Object.getPrototypeOf(request) as object | null;
  while (prototype !== null) {
    const parent = Object.getPrototypeOf(prototype) as object | null;
    if (parent === IncomingMessage.prototype) return prototype;
    prototype = parent;
  }
  return undefined;
}

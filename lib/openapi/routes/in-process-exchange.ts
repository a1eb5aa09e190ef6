import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from './hand-on-caller.js';

/**
 * Makes an object keep the methods that its present prototype has. Express exchanges the prototypes of requests and responses, and with
 * them would go what `light-my-request` does instead of using a socket. (Given the app itself, it changes Express's own prototypes
 * for good, after which real requests fail.)
 *
 * @param target - a request or response
 */
export function keepOwnMethods(target: object): void {
  const prototype = Object.getPrototypeOf(target) as object;
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor' || typeof descriptor.value !== 'function') continue;
    Object.defineProperty(target, name, { ...descriptor, configurable: true, writable: true });
  }
}

/**
 * A socket for a request that has none: the address of the caller, and methods that routes call to keep a connection open.
 *
 * @param request - the request that a route gets
 * @param response - its response
 * @param caller - whose call it is
 */
export function inProcessSocket(request: IncomingMessage, response: ServerResponse, caller: Caller): EventEmitter {
  const socket = new EventEmitter();
  const same = (): EventEmitter => socket;
  Object.assign(socket, {
    remoteAddress: caller.remoteAddress ?? '127.0.0.1',
    encrypted: caller.isEncrypted,
    readable: true,
    writable: true,
    destroyed: false,
    setTimeout: same,
    setNoDelay: same,
    setKeepAlive: same,
    ref: same,
    unref: same,
    address: () => ({}),
    destroy: () => {
      request.emit('close');
      response.destroy();
      return socket;
    },
  });
  const { socket: sink } = response;
  // Routes reach for the same methods through the response.
  if (sink !== null) Object.assign(sink, { setTimeout: () => sink, setNoDelay: () => sink, setKeepAlive: () => sink });
  return socket;
}

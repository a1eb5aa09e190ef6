import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { OpenApiMethod } from '../document/openapi-operation.js';
import type { RouteRequest } from '../requests/build-request.js';
import type { Caller } from './hand-on-caller.js';
import { handOnIdentity } from './hand-on-caller.js';
import { inProcessSocket, keepOwnMethods } from './in-process-exchange.js';

/** The part of `light-my-request` that is used. */
export type Inject = (
  dispatch: RequestListener,
  options: {
    readonly method: OpenApiMethod;
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly payload?: Buffer;
    readonly payloadAsStream: true;
  },
) => PromiseLike<{ statusCode: number; statusMessage: string; headers: OutgoingHttpHeaders; stream: () => Readable }>;

/** The answer of a route, whose body is still coming. */
export interface RouteAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
  /** Tells the route that its client is gone. */
  close(): void;
}

/** The app that runs a route. */
export interface RouteRunner {
  readonly inject: Inject;
  readonly app: RequestListener;
}

/**
 * Runs a route of the app in this process, with all of its middleware and without the network.
 *
 * @param runner - the app
 * @param request - for the route
 * @param caller - of the tool
 * @param signal - aborted when the answer is no longer wanted; the route sees its client go
 * @throws Error if the route destroys its response, or the call is aborted
 */
export async function runRoute(
  { inject, app }: RouteRunner,
  request: RouteRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<RouteAnswer> {
  signal.throwIfAborted();
  let leave = (): void => undefined;
  const dispatch: RequestListener = (injected, response) => {
    leave = prepare(injected, response, request, caller);
    app(injected, response);
  };
  const left = new Promise<never>((_resolve, reject) => {
    const onAbort = (): void => {
      leave();
      reject(signal.reason instanceof Error ? signal.reason : new Error('The call was aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  // After an abort during the answer, its body ends instead.
  left.catch(() => undefined);
  const answered = inject(dispatch, {
    method: request.method,
    // Set to the real one once the request exists: URL parsers remove dot segments.
    url: '/',
    headers: { host: 'localhost', 'user-agent': 'express-mcp', ...caller.headers, ...request.headers },
    ...(request.body === undefined ? {} : { payload: request.body }),
    payloadAsStream: true,
  });
  const { statusCode, statusMessage, headers, stream } = await Promise.race([answered, left]);
  return { status: statusCode, statusText: statusMessage, headers, body: stream(), close: leave };
}

/** @returns a function to call when the client of the request goes */
function prepare(
  injected: IncomingMessage,
  response: ServerResponse,
  request: RouteRequest,
  caller: Caller,
): () => void {
  keepOwnMethods(injected);
  keepOwnMethods(response);
  injected.url = request.url;
  const socket = inProcessSocket(injected, response, caller);
  Object.defineProperty(injected, 'socket', { value: socket, configurable: true, writable: true });
  Object.defineProperty(injected, 'connection', { value: socket, configurable: true, writable: true });
  handOnIdentity(injected, caller);
  return () => {
    if (response.writableFinished || response.destroyed) return;
    injected.emit('aborted');
    injected.emit('close');
    response.destroy();
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes of a body that Node may drop behind an answer, so that the connection can carry the next request. */
const maxDroppedBytes = 64 * 1024;

/** Milliseconds that a client gets to read the answer before its connection is cut. */
const graceMs = 1000;

/**
 * Stops reading a request whose answer does not depend on its body. Node reads on after an answer, as long as the client sends, and
 * drops what it reads; here the answer says `Connection: close`, nothing more is read, and after a second the connection is cut. That
 * second is for the answer: a connection that is cut at once takes what the client has not read with it (RFC 9112 §9.6).
 *
 * A short body is left to Node, since the connection can be used again behind it.
 *
 * @param request - what is not read any further
 * @param response - its answer, of which nothing was sent yet
 */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || !isLong(request)) return;
  if (!response.headersSent) response.setHeader('Connection', 'close');
  request.pause();
  const { socket } = request;
  const cut = (): void => {
    cutSoon(socket);
  };
  // Node calls it behind an answer that says `Connection: close`, and it would not leave the second.
  socket.destroySoon = cut;
  response.once('finish', cut);
}

function isLong({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > maxDroppedBytes;
}

const ending = new WeakSet<Socket>();

function cutSoon(socket: Socket): void {
  if (ending.has(socket)) return;
  ending.add(socket);
  socket.end();
  // Node has told the request to flow, and does so before this.
  setImmediate(() => socket.pause());
  const timer = setTimeout(() => socket.destroy(), graceMs);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

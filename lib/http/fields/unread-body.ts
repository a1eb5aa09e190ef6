import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes of a body that Node may discard after an answer, so that the connection can carry the next request. */
const maxDroppedBytes = 64 * 1024;

/** Milliseconds that a client gets to read the answer before its connection is cut. */
const graceMs = 1000;

/**
 * Stops reading a request whose answer does not depend on its body. By itself, Node goes on reading and discarding as long as the
 * client sends. Here the answer says `Connection: close`, no more is read, and the connection is cut after a second. The client needs
 * that second: cutting at once would also lose the part of the answer that it has not read (RFC 9112 §9.6).
 *
 * A short body is left to Node, since the connection can be used again after it.
 *
 * @param request - the one to stop reading
 * @param response - its answer, not sent yet
 */
export function leaveUnread(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || !isLong(request)) return;
  if (!response.headersSent) response.setHeader('Connection', 'close');
  request.pause();
  const { socket } = request;
  const cut = (): void => {
    cutSoon(socket);
  };
  // Node calls it after an answer that says `Connection: close`, and would not wait the second.
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
  // Node makes the request flow, and does so before this runs.
  setImmediate(() => socket.pause());
  const timer = setTimeout(() => socket.destroy(), graceMs);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

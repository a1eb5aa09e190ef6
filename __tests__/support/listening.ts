import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Door } from './doors.js';

/** Lets an app listen on a port of its own while something uses it. */
export async function whileListening<T>(app: Door, use: (port: number) => Promise<T>): Promise<T> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Sends bytes that no HTTP client would send, and returns everything that comes back until the server hangs up. */
export async function sendRaw(app: Door, bytes: string | Buffer): Promise<string> {
  return whileListening(app, (port) => {
    const socket = connect(port, '127.0.0.1');
    // Not ended here: Node takes that for a client that went away.
    socket.write(bytes);
    return text(socket);
  });
}

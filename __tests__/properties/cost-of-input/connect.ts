import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { Duplex } from 'node:stream';

/** The connection of one client, in memory. */
class Connection extends Duplex {
  onText: (text: string) => void = () => undefined;

  /** A method that node:http calls. No input here takes so long. */
  setTimeout(): this {
    return this;
  }

  override _read(): void {
    // The client pushes when it has something.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.onText(chunk.toString('latin1'));
    done();
  }
}

/** Sends a POST with these header fields and this body, and returns the answer as it is on the wire. */
export type Exchange = (head: Readonly<Record<string, string>>, body: string, path?: string) => Promise<string>;

/** Sends requests to a listener by connections in memory: the kernel takes no part. */
export function connect(listener: RequestListener): Exchange {
  const server = createServer({ maxHeaderSize: 64 * 1024, keepAliveTimeout: 600_000 }, listener);
  return (head, body, path = '/mcp') =>
    new Promise((resolve) => {
      // One for each request: some refusals end the connection.
      const socket = new Connection();
      server.emit('connection', socket);
      let text = '';
      socket.onText = (piece) => {
        text += piece;
        const length = /\r\ncontent-length: (\d+)\r\n[^]*?\r\n\r\n/i.exec(text);
        // The first event of a stream is enough.
        const isWhole =
          length === null ? text.includes('\n\n') : text.length >= length.index + length[0].length + Number(length[1]);
        if (isWhole) setImmediate(resolve, text);
      };
      const fields = { Host: 'localhost', 'Content-Length': String(Buffer.byteLength(body)), ...head };
      const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.push(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
    });
}

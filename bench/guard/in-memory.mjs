// HTTP without a network: node:http's own parser and responses over a stream in memory. So the count does not depend on how the kernel
// delivers bytes.
import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import { isComplete } from '../work/http-text.mjs';

/** One end of a connection; what the server writes is collected until an answer is complete. */
class MemorySocket extends Duplex {
  /** Called with every piece that the server writes. */
  onWritten = () => undefined;

  _read() {}

  _write(chunk, _encoding, done) {
    this.onWritten(chunk);
    done();
  }

  _writev(chunks, done) {
    for (const { chunk } of chunks) this.onWritten(chunk);
    done();
  }

  setTimeout() {
    return this;
  }

  get localAddress() {
    return '127.0.0.1';
  }
}

/**
 * A server that listens nowhere.
 *
 * @param {import('node:http').RequestListener} listener
 * @param {import('node:http').ServerOptions} [options]
 * @returns a function that connects a client by one more kept-alive connection
 */
export function serveInMemory(listener, options = {}) {
  const server = createServer(options, listener);
  return () => {
    const socket = new MemorySocket();
    server.emit('connection', socket);
    return {
      /**
       * Sends a request as bytes and waits for the answer.
       *
       * @param {Buffer} bytes
       * @returns {Promise<string>}
       */
      exchange: (bytes) =>
        new Promise((resolve) => {
          let text = '';
          socket.onWritten = (chunk) => {
            text += chunk.toString('latin1');
            if (isComplete(text)) setImmediate(resolve, text);
          };
          socket.push(bytes);
        }),
      /**
       * Sends a request whose answer is a stream.
       *
       * @param {Buffer} bytes
       * @param {(text: string) => void} onText - called with every piece that the server writes
       */
      open: (bytes, onText) => {
        socket.onWritten = (chunk) => onText(chunk.toString('latin1'));
        socket.push(bytes);
      },
    };
  };
}

/** A client of a server of its own; see {@link serveInMemory}. */
export function connectInMemory(listener, options = {}) {
  return serveInMemory(listener, options)();
}

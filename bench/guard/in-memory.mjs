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
 * A client of one kept-alive connection to a server that listens nowhere.
 *
 * @param {import('node:http').RequestListener} listener
 * @param {import('node:http').ServerOptions} [options]
 */
export function connectInMemory(listener, options = {}) {
  const socket = new MemorySocket();
  createServer(options, listener).emit('connection', socket);
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
  };
}

import { connect } from 'node:net';

/** A connection of an attacker: it reads only when told to, and never closes by itself. */
export class AttackConnection {
  #socket;
  #isOver = false;

  constructor(port) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => (this.#isOver = true));
  }

  get isOver() {
    return this.#isOver;
  }

  /** Sends the head of a request. @param {{ headers: object }} message @param {object} [fields] */
  head({ headers }, fields) {
    const all = { Host: 'localhost', ...headers, ...fields };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    this.write(`POST /mcp HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  }

  /** Sends a whole request. */
  send(message, fields = {}) {
    this.head(message, { ...fields, 'Content-Length': Buffer.byteLength(message.body) });
    this.write(message.body);
  }

  /** @returns {boolean} whether the connection takes more */
  write(data) {
    return !this.#isOver && this.#socket.write(data);
  }

  /** Resolves when the connection takes more, or is over. */
  drained() {
    return this.#next('drain', !this.#socket.writableNeedDrain);
  }

  /** Resolves with the first piece of an answer, or undefined at the end of the connection. */
  async firstData() {
    const data = await this.#next('data', false);
    return data?.toString('latin1');
  }

  #next(event, isThere) {
    return new Promise((resolve) => {
      const done = (value) => {
        this.#socket.off(event, done).off('close', done);
        resolve(Buffer.isBuffer(value) ? value : undefined);
      };
      if (this.#isOver || isThere) resolve();
      else this.#socket.on(event, done).on('close', done);
    });
  }

  /** Reads and discards everything. */
  readOn() {
    this.#socket.resume();
  }

  close() {
    this.#socket.destroy();
  }
}

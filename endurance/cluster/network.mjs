import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** The network between one node and Redis. It can be cut, or drop all data silently. */
export class Network {
  #server;
  #pairs = new Set();
  #targetPort;
  #state = 'whole';
  /** Connections that were begun during the silence: TCP sends their first packets again until they arrive. */
  #begun = new Set();

  /** @param {number} targetPort */
  static async start(targetPort) {
    const network = new Network();
    network.#targetPort = targetPort;
    network.#server = createServer((inside) => network.#join(inside)).listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  get port() {
    return this.#server.address().port;
  }

  /** Ends every connection, and new ones at once. */
  cut() {
    this.#state = 'cut';
    this.#endAll();
  }

  /** Keeps connections open without passing data, like a firewall that forgot them. */
  swallow() {
    this.#state = 'swallowing';
    for (const sockets of this.#pairs) for (const socket of sockets) socket.unpipe().pause();
  }

  /** Lets new connections pass. Older ones stay dead, as after a firewall forgot them. */
  heal() {
    this.#state = 'whole';
    for (const sockets of this.#begun) connectBoth(sockets);
    this.#begun.clear();
  }

  async close() {
    this.#server.close();
    this.#endAll();
    await once(this.#server, 'close');
  }

  #endAll() {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy();
  }

  #join(inside) {
    if (this.#state === 'cut') {
      inside.on('error', () => undefined).destroy();
      return;
    }
    const outside = connect(this.#targetPort, '127.0.0.1');
    const sockets = [inside, outside];
    this.#pairs.add(sockets);
    for (const [from, to] of [sockets, [outside, inside]]) {
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(sockets);
        this.#begun.delete(sockets);
      });
    }
    if (this.#state === 'swallowing') this.#begun.add(sockets);
    else connectBoth(sockets);
  }
}

function connectBoth([inside, outside]) {
  inside.pipe(outside);
  outside.pipe(inside);
}

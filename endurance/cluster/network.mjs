import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** The network between one node and Redis. It can be cut, or swallow without a word. */
export class Network {
  #server;
  #pairs = new Set();
  #targetPort;
  #state = 'whole';
  /** What was begun while nothing got through: its first packets are sent again until they arrive. */
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

  /** Every connection ends, and new ones end at once. */
  cut() {
    this.#state = 'cut';
    this.#endAll();
  }

  /** Connections stay open, and nothing gets through: a firewall that forgot them. */
  swallow() {
    this.#state = 'swallowing';
    for (const sockets of this.#pairs) for (const socket of sockets) socket.unpipe().pause();
  }

  /** New connections pass. Those from before stay dead, as they do when a firewall has forgotten them. */
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

import { setTimeout as pause } from 'node:timers/promises';
import { tickUris } from '../../cluster/tools.mjs';
import { Failure } from '../failure.mjs';
import { eventsOf } from '../http.mjs';
import { resultOf } from '../mcp-client.mjs';

// Maximum delay of a notification.
const latestMs = 1500;

/** A listener on one node, which comes back when the stream ends. */
class Listener {
  /** Grows with every connection; undefined without one. */
  connection;
  heard = new Set();
  #count = 0;
  #isOver = false;
  #response;

  constructor(load, node, { token }) {
    this.load = load;
    this.node = node;
    this.token = token;
  }

  async run() {
    while (!this.#isOver) {
      try {
        const notifications = { resourceSubscriptions: tickUris };
        const { port } = this.node;
        this.#response = await this.load.mcp.modern(port, this.token, 'subscriptions/listen', { notifications });
        for await (const { message } of eventsOf(this.#response)) this.#take(message);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
      this.connection = undefined;
      await pause(100);
    }
  }

  close() {
    this.#isOver = true;
    this.#response?.destroy();
  }

  #take(message) {
    if (message?.method === 'notifications/subscriptions/acknowledged') this.connection = ++this.#count;
    if (message?.method === 'notifications/resources/updated') this.heard.add(message.params.uri);
  }
}

/** A change in one node, which listeners on all nodes must hear of. */
export const notice = {
  name: 'notice',
  tool: 'touch',
  rate: 3,
  create: (load) => {
    const listeners = load.nodes.map((node, index) => new Listener(load, node, load.principals[index]));
    let count = 0;
    return {
      start: () => Promise.all(listeners.map((listener) => listener.run())),
      close: () => listeners.forEach((listener) => listener.close()),
      run: async (operation, { token }) => {
        const uri = tickUris[count++ % tickUris.length];
        for (const { heard } of listeners) heard.delete(uri);
        const present = listeners
          .map((listener) => [listener, listener.connection])
          .filter(([, is]) => is !== undefined);
        const params = { name: 'touch', arguments: { id: operation.id, uri } };
        await load.deliver(
          operation,
          async ({ port }) => resultOf(await load.mcp.modern(port, token, 'tools/call', params)),
          { isSafe: true },
        );
        const lacking = () => present.filter(([{ connection, heard }, was]) => connection === was && !heard.has(uri));
        const end = performance.now() + latestMs;
        while (lacking().length > 0 && performance.now() < end) await pause(20);
        const deaf = lacking().map(([{ node }]) => node.name);
        if (deaf.length > 0) throw new Failure('missed', `not heard on ${deaf.join(', ')}`);
      },
    };
  },
};

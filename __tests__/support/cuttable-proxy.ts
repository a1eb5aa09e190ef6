import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A network between a client and a server on this machine, which can fail. */
export class CuttableProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isSwallowing = false;

  private constructor(targetPort: number) {
    this.#server = createServer((inside) => {
      const outside = connect(targetPort, '127.0.0.1');
      const pair = [inside, outside] as const;
      this.#pairs.add(pair);
      for (const [from, to] of [pair, [outside, inside] as const]) {
        from.on('error', () => undefined);
        from.on('close', () => {
          to.destroy();
          this.#pairs.delete(pair);
        });
      }
      if (this.#isSwallowing) return;
      inside.pipe(outside);
      outside.pipe(inside);
    });
  }

  static async start(targetPort: number): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection. New ones pass. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Silently stops all data: connections stay open, as behind a firewall that forgot them. */
  swallow(): void {
    this.#isSwallowing = true;
    for (const [inside, outside] of this.#pairs) {
      inside.unpipe(outside).resume();
      outside.unpipe(inside).resume();
    }
  }

  /** New connections pass; dead ones stay dead. */
  passNewConnections(): void {
    this.#isSwallowing = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';
import { RedisServer } from '../../tools/redis-server.mjs';

// Commands that keep connections alive, and those that end a count.
const ofNobody = ['ping', 'psubscribe', 'subscribe', 'client', 'hello', 'echo'];

/** A Redis process whose commands are counted. */
export class CountingRedis {
  #server;
  #client;
  #watcher;
  /** The commands of Redis since a count began. */
  #seen = [];
  #markers = 0;

  static async start() {
    const redis = new CountingRedis();
    await redis.#begin();
    return redis;
  }

  /**
   * Redis commands during a function: those that were sent, by name, and those inside of scripts; without keep-alives.
   *
   * @returns {Promise<{ sent: Record<string, number>, inside: Record<string, number> }>}
   */
  async count(act) {
    await this.#reached();
    this.#seen = [];
    await act();
    await this.#reached();
    const counted = { sent: {}, inside: {} };
    for (const { name, key, isInside } of this.#seen) {
      if (ofNobody.includes(name) || key.startsWith('scaling:1:bus:alive.')) continue;
      const counts = isInside ? counted.inside : counted.sent;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counted;
  }

  async stop() {
    this.#client.destroy();
    this.#watcher.destroy();
    await this.#server.stop();
  }

  async #begin() {
    this.#server = await RedisServer.start();
    this.url = this.#server.url;
    this.#client = createClient({ url: this.url });
    this.#client.on('error', () => undefined);
    await this.#client.connect();
    this.#watcher = this.#client.duplicate();
    this.#watcher.on('error', () => undefined);
    await this.#watcher.connect();
    await this.#watcher.monitor((line) => {
      const [, source, name = '', key = ''] = /^\S+ \[\d+ ([^\]]*)\] "([^"]*)"(?: "([^"]*)")?/.exec(line) ?? [];
      this.#seen.push({ name: name.toLowerCase(), key, isInside: source === 'lua' });
    });
  }

  /** Waits until all earlier commands were seen. */
  async #reached() {
    const marker = `counted ${(this.#markers += 1)}`;
    await this.#client.echo(marker);
    while (!this.#seen.some(({ name, key }) => name === 'echo' && key === marker)) await pause(1);
  }
}

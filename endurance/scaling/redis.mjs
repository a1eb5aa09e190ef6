import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from 'redis';
import { freePort } from './free-port.mjs';

// What the ones who look at Redis send themselves, and what keeps connections alive.
const ofNobody = ['info', 'ping', 'psubscribe', 'client|setinfo', 'hello', 'config|resetstat'];

/** A Redis of our own, whose commands are counted. */
export class CountingRedis {
  #process;
  #folder;
  #client;
  #watcher;
  #heartbeats = 0;

  static async start() {
    const redis = new CountingRedis();
    await redis.#begin();
    return redis;
  }

  /** How often each command was executed while something was done, also inside of scripts; without signs of life. */
  async count(act) {
    const before = await this.#commands();
    await act();
    const after = await this.#commands();
    const names = Object.keys(after).filter((name) => !ofNobody.includes(name));
    const differences = names.map((name) => [name, after[name] - (before[name] ?? 0)]);
    return Object.fromEntries(differences.filter(([, count]) => count !== 0));
  }

  async stop() {
    this.#client.destroy();
    this.#watcher.destroy();
    const exited = once(this.#process, 'exit');
    this.#process.kill();
    await exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #begin() {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-scaling-'));
    const port = await freePort();
    this.url = `redis://127.0.0.1:${port}`;
    const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder].map(String);
    this.#process = spawn('redis-server', args, { stdio: 'ignore' });
    await once(this.#process, 'spawn');
    this.#client = createClient({ url: this.url });
    this.#client.on('error', () => undefined);
    await this.#client.connect();
    this.#watcher = this.#client.duplicate();
    this.#watcher.on('error', () => undefined);
    await this.#watcher.connect();
    await this.#watcher.pSubscribe('scaling:1:bus:alive.*', () => (this.#heartbeats += 1));
  }

  async #commands() {
    // A sign of life that comes while this is looked at could be in one of the two figures only.
    for (;;) {
      const heartbeats = await this.#heard();
      const text = await this.#client.info('commandstats');
      if ((await this.#heard()) === heartbeats) return { ...countsIn(text), publish: publishedIn(text) - heartbeats };
    }
  }

  async #heard() {
    // What was published before has arrived before this answer.
    await this.#watcher.ping();
    return this.#heartbeats;
  }
}

const countsIn = (text) =>
  Object.fromEntries(
    [...text.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name, calls]) => [name, Number(calls)]),
  );

const publishedIn = (text) => countsIn(text).publish ?? 0;

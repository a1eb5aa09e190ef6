// @ts-check
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.mjs';
import { findProgram, installCommand } from './programs.mjs';

/**
 * @typedef {object} RedisOptions
 * @property {number} [port] - by default a free one
 * @property {string} [folder] - where it keeps its files; by default a temporary one, which `stop` deletes
 * @property {readonly string[]} [args] - more arguments of redis-server
 */

/** A Redis process for tests. You can kill it, start it again and freeze it. */
export class RedisServer {
  /** @type {number} */
  port;
  /** @type {readonly string[]} */
  #args;
  #folder;
  #ownsFolder;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;

  /**
   * @param {RedisOptions & { readonly port: number }} options
   */
  constructor({ port, folder, args = [] }) {
    this.port = port;
    this.#ownsFolder = folder === undefined;
    this.#folder = folder ?? mkdtempSync(path.join(tmpdir(), 'express-mcp-redis-'));
    mkdirSync(this.#folder, { recursive: true });
    this.#args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', '', ...args];
  }

  /**
   * Starts a new one, and resolves when it answers.
   *
   * @template {RedisServer} Server
   * @this {new (options: RedisOptions & { readonly port: number }) => Server}
   * @param {RedisOptions} [options]
   * @returns {Promise<Server>}
   */
  static async start({ port, ...options } = {}) {
    for (let attempt = 1; ; attempt += 1) {
      const server = new this({ ...options, port: port ?? (await freePort()) });
      try {
        await server.begin();
        return server;
      } catch (error) {
        await server.stop();
        // Another process may have taken the free port meanwhile.
        if (port !== undefined || attempt === 5) throw error;
      }
    }
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  /**
   * Starts it, also again after `kill`. Resolves when it answers.
   *
   * @throws Error if it is not installed, or ends
   */
  async begin() {
    const program = findProgram('redis-server');
    if (program === undefined) throw new Error(`There is no redis-server: ${installCommand(['redis-server'])}`);
    const child = spawn(program, this.#args, { stdio: 'ignore' });
    this.#process = child;
    while ((await this.send('PING')) !== '+PONG') {
      if (child.exitCode !== null) throw new Error(`redis-server ended with status ${child.exitCode}`);
      await pause(10);
    }
  }

  /**
   * Sends a command without spaces in its parts.
   *
   * @param {readonly string[]} command
   * @returns {Promise<string>} the raw answer without the end of the last line; empty without an answer
   */
  send(...command) {
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${command.join(' ')}\r\n`));
      socket.setTimeout(1000, () => socket.destroy());
      socket.on('data', (chunk) => {
        text += chunk;
        socket.end();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text.trimEnd()));
    });
  }

  /** Kills it, like a failure of its machine. Data that it did not write is lost. */
  async kill() {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Keeps its connections open, without any answers. */
  freeze() {
    this.#process?.kill('SIGSTOP');
  }

  thaw() {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it, and deletes its folder if it made one. */
  async stop() {
    await this.kill();
    if (this.#ownsFolder) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Three masters that share the slots.
 *
 * @template {RedisServer} Server
 */
export class RedisCluster {
  /** @param {readonly Server[]} nodes */
  constructor(nodes) {
    this.nodes = nodes;
  }

  /**
   * @template {RedisServer} Server
   * @param {new (options: RedisOptions & { readonly port: number }) => Server} Node - the class of its nodes
   * @returns {Promise<RedisCluster<Server>>}
   */
  static async start(Node) {
    /** @type {Server[]} */
    const nodes = [];
    for (let count = 0; count < 3; count += 1) {
      const node = new Node({ port: await freeClusterPort(), args: ['--cluster-enabled', 'yes'] });
      await node.begin();
      nodes.push(node);
    }
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: 'ignore' });
    // Each has to know of the others.
    for (const node of nodes) {
      while (!(await node.send('CLUSTER', 'INFO')).includes('cluster_state:ok')) await pause(50);
    }
    return new RedisCluster(nodes);
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

/** A node of a cluster also listens on a second port, 10,000 higher. */
async function freeClusterPort() {
  for (;;) {
    const port = await freePort();
    if (port + 10_000 < 65_536 && (await isFree(port + 10_000))) return port;
  }
}

/** @param {number} port */
function isFree(port) {
  return freePort(port).then(
    () => true,
    () => false,
  );
}

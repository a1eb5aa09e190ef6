import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from '../../tools/programs.mjs';
export { describeWithRedis } from './programs.js';

/** A Redis of our own, on a free port, with a folder of its own. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'express-mcp-redis-'));
  }

  static async start(...args: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), args);
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, also again after `kill`. */
  async begin(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    const child = spawn(findProgram('redis-server') ?? 'redis-server', [...args, ...this.#args], { stdio: 'ignore' });
    this.#process = child;
    while (this.ask('PING') !== 'PONG') {
      if (child.exitCode !== null) throw new Error(`redis-server ended with status ${child.exitCode}`);
      await pause(20);
    }
  }

  /** What `redis-cli` prints for a command; empty when the server does not answer. */
  ask(...command: readonly string[]): string {
    try {
      return execFileSync('redis-cli', ['-p', String(this.port), ...command], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 5000,
      }).trim();
    } catch {
      return '';
    }
  }

  /** Stops it dead, as when a machine fails. What it held is lost. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** It stays connected, but answers nobody. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it and takes its folder away. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * The commands that arrive while something is done, in order, in lower case. What scripts do inside does not travel and is left
   * out, as are the signs of life that clients and the bus send by themselves.
   */
  async commandsOf(act: () => Promise<unknown>): Promise<readonly string[]> {
    const monitor = spawn('redis-cli', ['-p', String(this.port), 'MONITOR'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    monitor.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const [begin, end] = [crypto.randomUUID(), crypto.randomUUID()];
    const reached = async (mark: string): Promise<void> => {
      while (!text.includes(mark)) {
        this.ask('ECHO', mark);
        await pause(20);
      }
    };
    try {
      await reached(begin);
      await act();
      await reached(end);
    } finally {
      monitor.kill();
    }
    const lines = text.slice(text.lastIndexOf(begin), text.indexOf(end)).split('\n').slice(1);
    const own = lines.filter((line) => !/\[\d+ lua\]|:bus:alive\.|"(ping|echo|info)"/i.test(line));
    return own.flatMap((line) => /\] "(\w+)"/.exec(line)?.[1]?.toLowerCase() ?? []);
  }
}

/** Three masters that share the slots. */
export class RedisClusterServer {
  private constructor(readonly nodes: readonly RedisServer[]) {}

  static async start(): Promise<RedisClusterServer> {
    const start = (): Promise<RedisServer> => RedisServer.start('--cluster-enabled', 'yes');
    const nodes = [await start(), await start(), await start()];
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: 'ignore' });
    // Each has to have heard of it.
    for (const node of nodes) while (!node.ask('CLUSTER', 'INFO').includes('cluster_state:ok')) await pause(50);
    return new RedisClusterServer(nodes);
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}

/** A port that nobody listens on, and its cluster bus port (10,000 above) is in range. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (port + 10_000 < 65_536 && !(await isTaken(port + 10_000))) return port;
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

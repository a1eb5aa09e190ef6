import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DevAuthorizationServer } from 'express-mcp/dev';
import { devAuthorizationServer } from 'express-mcp/dev';
import { freePort } from '../../tools/free-port.mjs';
import { findProgram, installCommand, type ProgramName } from '../../tools/programs.mjs';
import { confirmedSignIn, scopes } from '../notes/mcp.js';
import { Child } from './child.js';

const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

/** A process of the notes service. */
export interface Node {
  readonly name: Name;
  readonly port: number;
  readonly child: Child;
}

export interface ClusterOptions {
  /** Port of nginx; it has to be free. */
  readonly port: number;
  /** Milliseconds that each part gets to stop. */
  readonly graceMs: number;
  /** Receives lines about the progress. */
  readonly tell: (line: string) => void;
}

const startLimitMs = 30_000;
const respawnAfterMs = 1000;

/** nginx, three processes of the notes service, Redis, and an authorization server for development, on this machine. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #nodes = new Map<Name, Node>();
  #folder = '';
  #environment: NodeJS.ProcessEnv = {};
  #endpoint = new URL('http://localhost/mcp');
  #issuer: DevAuthorizationServer | undefined;
  #redis: Child | undefined;
  #nginx: Child | undefined;
  #isStopping = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  /**
   * Starts everything.
   *
   * @throws Error if a program is missing, or a part does not start
   */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** The MCP endpoint, as clients see it. */
  get endpoint(): URL {
    return this.#endpoint;
  }

  get issuer(): string {
    return this.#issuer?.issuer ?? '';
  }

  get nodes(): readonly Node[] {
    return [...this.#nodes.values()].sort((one, other) => one.name.localeCompare(other.name));
  }

  /** Stops taking connections, lets requests finish, and then stops each part after those that need it. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const { graceMs, tell } = this.#options;
    // nginx stops listening, and ends with the last answer, which comes after the processes have ended their streams.
    this.#nginx?.tell('SIGQUIT');
    if (this.#nginx !== undefined) await this.#untilRefused();
    tell('nginx takes no new connections');
    for (const { child } of this.nodes) child.tell('SIGTERM');
    for (const { child, name } of this.nodes) tell(`${name} is drained: ${await child.stopped(graceMs)}`);
    if (this.#nginx !== undefined) tell(`nginx has sent the last answer: ${await this.#nginx.stopped(graceMs)}`);
    this.#redis?.tell('SIGTERM');
    if (this.#redis !== undefined) tell(`Redis has stopped: ${await this.#redis.stopped(graceMs)}`);
    await this.#issuer?.close();
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true });
    tell('Everything has stopped');
  }

  /** For the end of this process, for whatever reason: no part is left running. */
  kill(): void {
    for (const child of [this.#nginx, this.#redis, ...this.nodes.map((node) => node.child)]) child?.tell('SIGKILL');
    if (this.#folder !== '') rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const redisServer = required('redis-server');
    const nginx = required('nginx');
    this.#folder = await mkdtemp(path.join(tmpdir(), 'express-mcp-cluster-'));
    // If root starts nginx, its workers belong to an ordinary user, who needs access to the folders inside.
    await chmod(this.#folder, 0o711);
    const { port } = this.#options;
    this.#endpoint = new URL(`http://localhost:${String(port)}/mcp`);
    this.#issuer = await devAuthorizationServer({
      resource: this.#endpoint.href,
      scopes,
      acrValues: [confirmedSignIn],
    });
    const redisPort = await freePort();
    const redisArgs = ['--port', String(redisPort), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    this.#redis = await Child.program('Redis', redisServer, redisArgs);
    this.#environment = {
      ...process.env,
      REDIS_URL: `redis://127.0.0.1:${String(redisPort)}`,
      MCP_RESOURCE: this.#endpoint.href,
      MCP_ISSUER: this.issuer,
      // New at every start, and the same for all three.
      REQUEST_STATE_KEY: randomBytes(32).toString('base64url'),
      DPOP_NONCE_SECRET: randomBytes(32).toString('base64url'),
    };
    await Promise.all(names.map((name) => this.#startNode(name)));
    await this.#writeConfiguration(port);
    this.#nginx = await Child.program('nginx', nginx, [
      '-p',
      this.#folder,
      '-c',
      path.join(this.#folder, 'nginx.conf'),
    ]);
    await this.#untilAnswered(this.#nginx);
  }

  async #startNode(name: Name, port = 0): Promise<void> {
    const env = { ...this.#environment, NODE_NAME: name, PORT: String(port) };
    const [child, message] = await Child.module(name, path.join(import.meta.dirname, 'node.ts'), env);
    const node = { name, child, port: (message as { readonly port: number }).port };
    this.#nodes.set(name, node);
    // The cluster was told to stop while this one started.
    if (this.#isStopping) child.tell('SIGTERM');
    void this.#watch(node);
  }

  /** Restarts a process that died, at the port where nginx expects it. */
  async #watch({ name, child, port }: Node): Promise<void> {
    const how = await child.ended();
    if (this.#isStopping) return;
    this.#options.tell(`${name} died (${how}), and is started again`);
    await pause(respawnAfterMs);
    await this.#startAgain(name, port);
  }

  async #startAgain(name: Name, port: number): Promise<void> {
    if (this.#isStopping) return;
    try {
      await this.#startNode(name, port);
      this.#options.tell(`${name} is back`);
    } catch (error) {
      this.#options.tell(`${name} does not start: ${String(error)}`);
    }
  }

  async #writeConfiguration(port: number): Promise<void> {
    const addresses = this.nodes.map((node) => [`NODE_${node.name.toUpperCase()}`, `127.0.0.1:${String(node.port)}`]);
    const values = new Map([['FOLDER', this.#folder], ['PORT', String(port)], ...addresses] as [string, string][]);
    for (const file of ['nginx.conf', 'endpoint.conf']) {
      const template = await readFile(path.join(import.meta.dirname, 'nginx', `${file}.template`), 'utf8');
      const text = template.replace(/\$\{([A-Z_]+)\}/g, (whole, key: string) => values.get(key) ?? whole);
      await writeFile(path.join(this.#folder, file), text);
    }
  }

  /** It is ready when it answers; without a token that is 401. */
  async #untilAnswered(nginx: Child): Promise<void> {
    const end = Date.now() + startLimitMs;
    while (!(await answers(this.#endpoint, 401))) {
      await pause(50);
      if (nginx.hasEnded || Date.now() > end) throw new Error(`nginx does not answer; ${await this.#errorLog()}`);
    }
  }

  async #errorLog(): Promise<string> {
    return readFile(path.join(this.#folder, 'error.log'), 'utf8').catch(() => 'it wrote no error.log');
  }

  async #untilRefused(): Promise<void> {
    const port = Number(this.#endpoint.port);
    const end = Date.now() + this.#options.graceMs;
    while (!(await isFree(port)) && Date.now() < end) await pause(20);
  }
}

function required(name: ProgramName): string {
  const file = findProgram(name);
  if (file !== undefined) return file;
  throw new Error(`There is no ${name} on this machine. Install it with: sudo ${installCommand([name])}`);
}

async function answers(url: URL, status: number): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.status === status;
  } catch {
    return false;
  }
}

async function isFree(port: number): Promise<boolean> {
  try {
    await freePort(port);
    return true;
  } catch {
    return false;
  }
}

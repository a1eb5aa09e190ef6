import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestIssuer } from 'express-mcp/testing';
import { freePort } from '../../tools/free-port.mjs';
import { RedisServer } from '../../tools/redis-server.mjs';
import { readLedger } from './ledger.mjs';
import { Network } from './network.mjs';
import { NodeProcess } from './node-process.mjs';

const resource = 'https://endurance.example/mcp';

/** Nodes that serve one endpoint, their Redis, a network between each of them and Redis, and an issuer of tokens. */
export class Cluster {
  /** Killed processes: their accepted calls cannot be answered. */
  killed = new Set();
  #folder = mkdtempSync(path.join(tmpdir(), 'endurance-'));

  /**
   * @param {{ nodes?: number, isPersistent?: boolean, revocation?: boolean, routerOptions?: object, taskSeconds?: number, telemetry?:
   *   boolean }} [options] Details: isPersistent: of Redis. revocation: whether every request asks Redis; telemetry: whether nodes run
   *   OpenTelemetry
   */
  static async start(options = {}) {
    const cluster = new Cluster();
    try {
      await cluster.#start(options);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async #start({
    nodes = 3,
    isPersistent = false,
    revocation = false,
    routerOptions = {},
    taskSeconds = 300,
    telemetry = false,
  }) {
    this.issuer = await createTestIssuer({ issuer: 'https://login.endurance.example', audience: resource });
    mkdirSync(this.#ledger);
    this.redis = await RedisServer.start({
      folder: path.join(this.#folder, 'redis'),
      args: isPersistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [],
    });
    this.networks = [];
    this.nodes = [];
    const requestStateKey = randomBytes(32).toString('base64url');
    for (let index = 0; index < nodes; index++) {
      const network = await Network.start(this.redis.port);
      this.networks.push(network);
      const node = new NodeProcess({
        name: `node-${index}`,
        port: await freePort(),
        redisPort: network.port,
        // Both packages take part.
        redisClient: index % 2 === 0 ? 'redis' : 'ioredis',
        resource,
        issuer: this.issuer.issuer,
        jwks: this.issuer.jwks,
        ledger: this.#ledger,
        requestStateKey,
        revocation,
        routerOptions,
        taskSeconds,
        telemetry,
      });
      await node.begin();
      this.nodes.push(node);
    }
  }

  get #ledger() {
    return path.join(this.#folder, 'ledger');
  }

  /** Sends SIGKILL. */
  async kill(node) {
    this.killed.add(node.pid);
    await node.kill();
  }

  /** The entries of all nodes, by the id of the call. */
  readLedger() {
    return readLedger(this.#ledger);
  }

  /** Number of sessions in Redis. */
  async countSessions() {
    const answer = await this.redis.send('KEYS', 'endurance:1:session:*');
    return Number(/^\*(\d+)/.exec(answer)?.[1]);
  }

  async stop() {
    try {
      await Promise.all((this.nodes ?? []).map((node) => node.stop()));
    } finally {
      await Promise.all((this.networks ?? []).map((network) => network.close()));
      await this.redis?.stop();
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }
}

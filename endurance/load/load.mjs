import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from './failure.mjs';
import { HttpClient } from './http.mjs';
import { McpClient } from './mcp-client.mjs';
import { createPrincipals } from './principals.mjs';
import { randomFrom } from './random.mjs';

// Maximum time of an operation, with all its retries.
const maxOperationMs = 90_000;
const betweenTriesMs = 50;

/**
 * A constant load: operations of several kinds begin at their rates, whatever happened to earlier ones. Each goes to the next node,
 * like behind a load balancer without stickiness and retries.
 */
export class Load {
  operations = [];
  #cluster;
  #http = new HttpClient();
  #running = new Set();
  #kinds;
  #next = 0;
  #isOver = false;

  /**
   * @param {import('../cluster/cluster.mjs').Cluster} cluster
   * @param {{ kinds: readonly object[], seed: number, tokenSeconds?: number }} options - kinds: see `kinds/`
   */
  static async create(cluster, { kinds, seed, tokenSeconds = 7200 }) {
    const load = new Load(cluster, seed);
    load.principals = await createPrincipals(cluster.issuer, tokenSeconds);
    load.#kinds = kinds.map(({ create, ...kind }) => ({ ...kind, client: create(load) }));
    return load;
  }

  constructor(cluster, seed) {
    this.#cluster = cluster;
    this.issuer = cluster.issuer;
    this.random = randomFrom(seed);
    this.mcp = new McpClient(this.#http);
  }

  get nodes() {
    return this.#cluster.nodes;
  }

  /** The next node in turn. */
  nextNode() {
    this.#next = (this.#next + 1) % this.nodes.length;
    return this.nodes[this.#next];
  }

  /** A random one of several. */
  pick(choices) {
    return choices[Math.floor(this.random() * choices.length)];
  }

  start() {
    for (const kind of this.#kinds) {
      void kind.client.start?.();
      void this.#pace(kind);
    }
  }

  /** Starts no more operations, and waits for the running ones. */
  async stop() {
    this.#isOver = true;
    while (this.#running.size > 0) await Promise.all(this.#running);
    for (const { client } of this.#kinds) await client.close?.();
    this.#http.close();
  }

  /**
   * Repeats an attempt until it is not refused. Work that may have been done is only repeated if that is safe.
   *
   * @param {object} operation
   * @param {(node: object) => Promise<unknown>} attempt
   * @param {{ isSafe: boolean, maxSeconds?: number }} options - maxSeconds: maximum Retry-After to wait for at another node
   * @throws Failure
   */
  async deliver(operation, attempt, { isSafe, maxSeconds = 1 }) {
    for (;;) {
      const triedAt = performance.now();
      try {
        return await attempt(this.nextNode());
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const isRefused = error.kind === 'refused';
        if (isRefused) {
          operation.refusals += 1;
          operation.lastRefusedAt = triedAt;
        }
        const mayRepeat = isRefused ? error.retryAfter <= maxSeconds : isSafe && /^(broken|closed)$/.test(error.kind);
        if (!mayRepeat || performance.now() - operation.startedAt > maxOperationMs) throw error;
        await pause(betweenTriesMs);
      }
    }
  }

  async #pace({ name, rate, client, tool }) {
    while (!this.#isOver) {
      const work = this.#operate({ kind: name, tool }, client);
      this.#running.add(work);
      void work.then(() => this.#running.delete(work));
      // From half to one and a half times the interval, so that they do not run in step.
      await pause((1000 / rate) * (0.5 + this.random()));
    }
  }

  async #operate({ kind, tool }, client) {
    const principal = this.pick(this.principals);
    const operation = { kind, tool, id: randomUUID(), principal: principal.name, refusals: 0, outcome: undefined };
    operation.startedAt = performance.now();
    this.operations.push(operation);
    try {
      const report = await client.run(operation, principal);
      operation.outcome = 'answered';
      if (report !== undefined) Object.assign(operation, { answeredId: report.id, answeredFor: report.principal });
    } catch (error) {
      operation.outcome = error instanceof Failure ? error.kind : 'wrong';
      operation.detail = String(error.message);
    }
    operation.endedAt = performance.now();
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from './failure.mjs';
import { HttpClient } from './http.mjs';
import { McpClient } from './mcp-client.mjs';
import { createPrincipals } from './principals.mjs';
import { randomFrom } from './random.mjs';

// Nobody waits for longer, with all that is tried again on the way.
const longestOperationMs = 90_000;
const betweenTriesMs = 50;

/**
 * A constant load: operations of several kinds begin at their rates, whatever became of those before. Each goes to the next node, as a
 * front that neither sticks nor tries again would send it.
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

  /** Whose turn it is. */
  nextNode() {
    this.#next = (this.#next + 1) % this.nodes.length;
    return this.nodes[this.#next];
  }

  /** One of several. */
  pick(choices) {
    return choices[Math.floor(this.random() * choices.length)];
  }

  start() {
    for (const kind of this.#kinds) {
      void kind.client.start?.();
      void this.#pace(kind);
    }
  }

  /** Begins no more, and waits for what runs. */
  async stop() {
    this.#isOver = true;
    while (this.#running.size > 0) await Promise.all(this.#running);
    for (const { client } of this.#kinds) await client.close?.();
    this.#http.close();
  }

  /**
   * Tries until it is not refused. What may have been done is tried again only where that is safe.
   *
   * @param {object} operation
   * @param {(node: object) => Promise<unknown>} attempt
   * @param {{ isSafe: boolean, mostSeconds?: number }} options - mostSeconds: of Retry-After that are waited for elsewhere
   * @throws Failure
   */
  async deliver(operation, attempt, { isSafe, mostSeconds = 1 }) {
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
        const mayRepeat = isRefused ? error.retryAfter <= mostSeconds : isSafe && /^(broken|closed)$/.test(error.kind);
        if (!mayRepeat || performance.now() - operation.startedAt > longestOperationMs) throw error;
        await pause(betweenTriesMs);
      }
    }
  }

  async #pace({ name, rate, client, tool }) {
    while (!this.#isOver) {
      const work = this.#operate({ kind: name, tool }, client);
      this.#running.add(work);
      void work.then(() => this.#running.delete(work));
      // Half as long to half as long again: they do not march in step.
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

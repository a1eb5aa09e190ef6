// Processes that listen on one port. node:cluster hands each connection to the next one and is then out of the way. nginx would read
// every byte, on the measured cores.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../tools/free-port.mjs';

cluster.schedulingPolicy = cluster.SCHED_RR;
cluster.setupPrimary({
  exec: fileURLToPath(new URL('member.mjs', import.meta.url)),
  execArgv: ['--expose-gc'],
});

/** Several processes with one endpoint. */
export class Group {
  #members;
  #orders = 0;

  constructor(url, members) {
    this.url = url;
    this.#members = members;
  }

  /**
   * @param {number} count - of processes
   * @param {object} settings - of member.mjs, without the port
   */
  static async start(count, settings) {
    const port = await freePort();
    const env = { NODE_ENV: 'production', SCALING_SETTINGS: JSON.stringify({ ...settings, port }) };
    const members = Array.from({ length: count }, () => cluster.fork(env));
    await Promise.all(members.map((member) => untilReady(member)));
    return new Group(`http://127.0.0.1:${port}`, members);
  }

  get size() {
    return this.#members.length;
  }

  /** CPU in microseconds, heap and resident memory in bytes; the sums over all of them. */
  async usage({ afterCollection = false } = {}) {
    const each = await Promise.all(
      this.#members.map((member) => this.#ask(member, afterCollection ? 'collect' : 'usage')),
    );
    const sum = (key) => each.reduce((total, one) => total + one[key], 0);
    return { cpu: sum('cpu'), heap: sum('heap'), resident: sum('resident') };
  }

  /** Changes the resource that all clients watch, in one of the processes. */
  async change() {
    await this.#ask(this.#members[0], 'change');
  }

  /** Changes an unwatched resource, in one of the processes. */
  async changeUnwatched() {
    await this.#ask(this.#members[0], 'unwatched');
  }

  async stop() {
    await Promise.all(
      this.#members.map(async (member) => {
        const exited = once(member, 'exit');
        member.disconnect();
        await exited;
      }),
    );
  }

  async #ask(member, kind) {
    this.#orders += 1;
    const id = this.#orders;
    member.send({ kind, id });
    for (;;) {
      const [answer] = await once(member, 'message');
      if (answer.id === id) return answer;
    }
  }
}

async function untilReady(member) {
  const ended = once(member, 'exit').then(([code]) => {
    throw new Error(`A process ended with ${code} before it listened`);
  });
  ended.catch(() => undefined);
  await Promise.race([once(member, 'message'), ended]);
}

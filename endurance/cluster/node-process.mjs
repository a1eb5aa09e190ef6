import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('./node-app.mjs', import.meta.url));
const telemetry = new URL('./telemetry.mjs', import.meta.url).href;

/** One node: a process with the app, on a port that it keeps across restarts. */
export class NodeProcess {
  #child;
  #settings;

  /** @param {object} settings - see `node-app.mjs`; including `name` and `port` */
  constructor(settings) {
    this.#settings = settings;
    this.name = settings.name;
    this.port = settings.port;
  }

  get pid() {
    return this.#child.pid;
  }

  /** Resolves when it serves. */
  async begin() {
    this.#child = fork(file, [JSON.stringify(this.#settings)], {
      execArgv: ['--expose-gc', ...(this.#settings.telemetry === true ? ['--import', telemetry] : [])],
      env: { ...process.env, NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await this.#answer();
  }

  /** Its resource use at this moment; see `measure.mjs`. Memory is measured after a collection. */
  async measure() {
    this.#child.send('measure');
    return this.#answer();
  }

  /** @returns {Promise<number>} the id of the killed process */
  async kill() {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    return this.#child.pid;
  }

  /** Stops it as an orchestrator does. @throws Error if it does not end properly */
  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const [code, signal] = await ended;
    if (code !== 0) throw new Error(`Node ${this.name} ended with ${signal ?? code}`);
  }

  async #answer() {
    const stop = new AbortController();
    const { signal } = stop;
    const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
      throw new Error(`Node ${this.name} ended with ${code}`);
    });
    ended.catch(() => undefined);
    try {
      const [answer] = await Promise.race([once(this.#child, 'message', { signal }), ended]);
      return answer;
    } finally {
      stop.abort();
    }
  }
}

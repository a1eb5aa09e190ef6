import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('./server-app.mjs', import.meta.url));

/** The process under attack, and its measurements. */
export class BesiegedServer {
  #child;

  /** @param {object} settings - see `server-app.mjs` @param {number} megabytes - of its heap */
  static async start(settings, megabytes) {
    const server = new BesiegedServer();
    server.#child = fork(file, [JSON.stringify(settings)], {
      execArgv: [`--max-old-space-size=${megabytes}`, '--max-http-header-size=16384'],
      env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(server.#child, 'message');
    return server;
  }

  get pid() {
    return this.#child.pid;
  }

  get isAlive() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The worst values since the last time. @returns undefined if the process has ended */
  async measure() {
    return this.#ask('measure');
  }

  /** Waits until the queues have no more work from an attack. @param {number} milliseconds - maximum */
  async calmDown(milliseconds) {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) {
      const { utilization = 0 } = (await this.#ask('utilization')) ?? {};
      if (utilization < 0.5) return;
      await pause(100);
    }
  }

  #ask(question) {
    if (!this.isAlive) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const done = (answer) => {
        this.#child.off('message', done).off('exit', ended);
        resolve(answer);
      };
      const ended = () => done(undefined);
      this.#child.on('message', done).on('exit', ended);
      this.#child.send(question);
    });
  }

  stop() {
    this.#child.disconnect();
  }
}

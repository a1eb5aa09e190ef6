import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child process that answers every order with one message. */
export class Helper {
  #child;
  #name;

  /**
   * @param {string} file - beside this one
   * @param {string} name - for messages
   * @param {object} [options]
   * @param {readonly string[]} [options.flags] - of Node
   * @param {readonly string[]} [options.under] - a program and its arguments that runs Node, such as an emulator
   */
  constructor(file, name, { flags = [], under = [] } = {}) {
    const [execPath, ...args] = [...under, process.execPath];
    this.#name = name;
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      // The official SDKs and others behave as they would at work.
      env: { ...process.env, NODE_ENV: 'production' },
      execPath,
      execArgv: [...args, ...flags],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** @param {object} order */
  async ask(order) {
    this.#child.send(order);
    const ended = new AbortController();
    const exit = once(this.#child, 'exit', { signal: ended.signal }).then(([code]) => {
      throw new Error(`${this.#name} ended with ${code}`);
    });
    try {
      const [answer] = await Promise.race([once(this.#child, 'message', { signal: ended.signal }), exit]);
      return answer;
    } finally {
      exit.catch(() => undefined);
      ended.abort();
    }
  }

  async stop() {
    if (this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}

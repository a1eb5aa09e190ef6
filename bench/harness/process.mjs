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
   * @param {readonly string[]} flags - of Node
   */
  constructor(file, name, flags = []) {
    this.#name = name;
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      // The official SDKs and others behave as they would at work.
      env: { ...process.env, NODE_ENV: 'production' },
      execArgv: flags,
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

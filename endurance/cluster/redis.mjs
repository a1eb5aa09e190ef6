import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const persisting = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** A Redis of our own. It can be killed, begun again, and stopped in its tracks. */
export class Redis {
  #process;
  #args;

  /**
   * @param {{ port: number, folder: string, isPersistent: boolean }} options - folder: where it keeps what it keeps
   */
  constructor({ port, folder, isPersistent }) {
    this.port = port;
    mkdirSync(folder, { recursive: true });
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
    this.#args = [...place, ...(isPersistent ? persisting : [])];
  }

  /** Resolves when it answers. */
  async begin() {
    const child = spawn('redis-server', this.#args, { stdio: 'ignore' });
    this.#process = child;
    const failed = once(child, 'error').then(([error]) => {
      throw new Error('redis-server could not be started: apt-get install redis-server', { cause: error });
    });
    const answered = (async () => {
      while (!(await this.ask('PING')).startsWith('+PONG')) {
        if (child.exitCode !== null) throw new Error(`redis-server ended with status ${child.exitCode}`);
        await pause(10);
      }
    })();
    await Promise.race([answered, failed]);
    failed.catch(() => undefined);
  }

  /** What it answers to a command without spaces in its parts, as it is on the wire; empty when it does not. */
  ask(...command) {
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${command.join(' ')}\r\n`));
      socket.setTimeout(1000, () => socket.destroy());
      socket.on('data', (chunk) => {
        text += chunk;
        socket.end();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
  }

  /** As when its machine fails. */
  async kill() {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** It keeps its connections and answers nobody. */
  freeze() {
    this.#process.kill('SIGSTOP');
  }

  thaw() {
    this.#process.kill('SIGCONT');
  }

  async stop() {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) await this.kill();
  }
}

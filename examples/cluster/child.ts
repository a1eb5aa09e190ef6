import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A process that outlives Ctrl-C until it is told to stop. A terminal sends that signal to all processes in its foreground, but the
 * parts of the cluster have to end in order.
 */
export class Child {
  readonly name: string;
  readonly #process: ChildProcess;

  private constructor(name: string, process: ChildProcess) {
    this.name = name;
    this.#process = process;
  }

  /** Starts a program, and shows its output. */
  static async program(name: string, file: string, args: readonly string[]): Promise<Child> {
    const options: SpawnOptions = { detached: true, stdio: ['ignore', 'ignore', 'inherit'] };
    const child = spawn(file, args, options);
    await once(child, 'spawn');
    return new Child(name, child);
  }

  /**
   * Starts a module of TypeScript.
   *
   * @returns it, and the first message that it sent
   * @throws Error if it ends before
   */
  static async module(name: string, file: string, env: NodeJS.ProcessEnv): Promise<readonly [Child, unknown]> {
    const execArgv = ['--import', 'tsx'];
    const forked = fork(file, { detached: true, env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const child = new Child(name, forked);
    const [message] = (await Promise.race([
      once(forked, 'message'),
      child.ended().then(() => {
        throw new Error(`${name} ended before it was ready`);
      }),
    ])) as [unknown];
    return [child, message];
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** @returns how it ended, once it has */
  async ended(): Promise<string> {
    if (!this.hasEnded) await once(this.#process, 'exit');
    return this.#process.signalCode ?? `status ${String(this.#process.exitCode)}`;
  }

  /** Sends it a signal. */
  tell(signal: 'SIGKILL' | 'SIGQUIT' | 'SIGTERM'): void {
    if (!this.hasEnded) this.#process.kill(signal);
  }

  /**
   * Waits until it has stopped.
   *
   * @param graceMs - milliseconds after which it is killed
   * @returns how it ended
   */
  async stopped(graceMs: number): Promise<string> {
    const timer = setTimeout(() => {
      this.tell('SIGKILL');
    }, graceMs);
    const how = await this.ended();
    clearTimeout(timer);
    return how;
  }
}

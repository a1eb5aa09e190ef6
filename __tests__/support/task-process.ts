import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { BundledPrograms } from './bundled-programs.js';
import type { Answer } from './dispatching.js';
import { requestOf } from './dispatching.js';
import type { TaskServer } from './task-client.js';
import { TaskClient, withTasks } from './task-client.js';

/** The program that such a process runs. */
export const taskServer = '__tests__/support/task-server.ts';

/** A process of the operating system that runs `task-server.ts`. */
export class TaskProcess {
  readonly client: TaskClient;
  readonly #url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
    const server: TaskServer = {
      call: async (_version, method, params) => {
        const response = await this.post(method, params);
        const text = await response.text();
        return { status: response.status, body: JSON.parse(text) as NonNullable<Answer['body']>, text };
      },
    };
    this.client = new TaskClient(server);
  }

  /**
   * @param programs - with `task-server.ts` among them
   * @param client - the package by which it talks to Redis
   */
  static async start(
    programs: BundledPrograms,
    redisPort: number,
    client: string,
    folder: string,
  ): Promise<TaskProcess> {
    const args = [programs.fileOf(taskServer), String(redisPort), client, folder];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const ended = once(child, 'exit').then((): never => {
      throw new Error('The process ended before it served anything');
    });
    ended.catch(() => undefined);
    const [url] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    return new TaskProcess(child, url);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a request of a client that knows tasks. */
  async post(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Response> {
    const name = params['name'] ?? params['taskId'];
    return fetch(this.#url, {
      method: 'POST',
      headers: {
        Accept: 'application/json, text/event-stream',
        'Content-Type': 'application/json',
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': method,
        ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}),
      },
      body: JSON.stringify(requestOf('2026-07-28', method, { ...params, _meta: withTasks })),
    });
  }

  /** Suspends it, like a paused machine. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Kills it, like a failure of its machine: it cannot send any more messages. */
  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** The handlers' actions and orders, on a disk that outlives their processes. */
export class TaskFolder {
  readonly path = mkdtempSync(path.join(tmpdir(), 'express-mcp-tasks-'));

  /** The actions on a key, in order: `begun`, `answered`, `aborted` or `ended`, each with its process. */
  effects(key: string): readonly (readonly [string, number])[] {
    const lines = readFileSync(path.join(this.path, 'effects'), { encoding: 'utf8', flag: 'a+' }).split('\n');
    return lines.flatMap((line) => {
      const [, what = '', of, pid] = /^(\w+) (.+) in (\d+)$/.exec(line) ?? [];
      return of === key ? [[what, Number(pid)] as const] : [];
    });
  }

  /** Lets the handler of a key in this process finish. */
  letEnd(key: string, { pid }: TaskProcess): void {
    writeFileSync(path.join(this.path, `${key}.${pid}`), '');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

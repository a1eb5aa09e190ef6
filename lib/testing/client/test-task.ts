import { setTimeout as wait } from 'node:timers/promises';
import { isObject } from '../../jsonrpc/parse-message.js';
import { TestClientError } from './test-client-error.js';
import type { Answers } from './test-client-options.js';
import type { TaskState, TestTask } from './test-client-types.js';
import { answerAll } from './answer-all.js';

type Members = Readonly<Record<string, unknown>>;

/** Sends a request of the client that began the task. */
type Send = (method: string, params: Members) => Promise<Members>;

// Servers may ask for more patience than a test has.
const maxPollMs = 50;

/** A task of a server (extension `io.modelcontextprotocol/tasks`), as the client that began it sees it. */
export class PolledTask implements TestTask {
  readonly id: string;
  readonly #send: Send;
  readonly #answer: Answers | undefined;

  /**
   * @param id - as the server named it
   * @param send - sends a request
   * @param answer - answers what the task asks
   */
  constructor(id: string, send: Send, answer: Answers | undefined) {
    this.id = id;
    this.#send = send;
    this.#answer = answer;
  }

  async get(): Promise<TaskState> {
    // The server's own tests hold it to this shape.
    return (await this.#send('tasks/get', { taskId: this.id })) as unknown as TaskState;
  }

  async finished(): Promise<TaskState> {
    for (;;) {
      const task = await this.get();
      if (task.status === 'input_required') await this.#answerTo(task);
      else if (task.status !== 'working') return task;
      await wait(Math.min(task.pollIntervalMs ?? maxPollMs, maxPollMs));
    }
  }

  async cancel(): Promise<void> {
    await this.#send('tasks/cancel', { taskId: this.id });
  }

  async #answerTo({ inputRequests }: TaskState): Promise<void> {
    if (this.#answer === undefined) {
      throw new TestClientError(`Task ${this.id} asks for input, and the client has no answer`);
    }
    const inputResponses = await answerAll(isObject(inputRequests) ? inputRequests : {}, this.#answer);
    await this.#send('tasks/update', { taskId: this.id, inputResponses });
  }
}

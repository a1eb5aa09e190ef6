import { ToolError } from '../errors/tool-error.js';
import { buildNotification, buildRequest } from '../jsonrpc/build-message.js';
import type { JsonRpcResponse, Params, ResponseOutcome } from '../jsonrpc/message.js';
import { isObject } from '../jsonrpc/parse-message.js';
import type { MessageBus } from '../stores/message-bus.js';
import type { Outbox } from './outbox.js';

/** One question to a legacy client. */
export interface Question {
  readonly method: string;
  readonly params: Params;
}

/** Where a question is asked, and how long an answer is waited for. */
export interface Asking {
  readonly outbox: Outbox;
  /** The connection that the answer has to come back on. */
  readonly connectionId: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

interface Waiting {
  readonly connectionId: string;
  /** With what was answered, or nothing when no answer can come any more. */
  readonly settle: (outcome: ResponseOutcome | undefined) => void;
}

/**
 * Requests to legacy clients that are not answered yet. The answer arrives as a request of its own, perhaps in another process: the
 * first part of the id says in which one somebody waits.
 */
export class PendingRequests {
  readonly #bus: MessageBus;
  readonly #node = crypto.randomUUID().slice(0, 8);
  readonly #waiting = new Map<string, Waiting>();
  #listening: Promise<unknown> | undefined;

  constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  /**
   * Sends a request on the stream of the client's own request, and waits.
   *
   * @throws ToolError when the client answers with an error or not in time
   */
  async ask({ method, params }: Question, { outbox, connectionId, signal, timeoutMs }: Asking): Promise<Params> {
    this.#listening ??= this.#bus.subscribe(topicOf(this.#node), (text) => {
      this.#settleRemote(text);
    });
    await this.#listening;
    const id = `${this.#node}.${crypto.randomUUID()}`;
    let stopWaiting: () => void = () => undefined;
    const answered = new Promise<ResponseOutcome | undefined>((resolve) => {
      const giveUp = (): void => {
        resolve(undefined);
      };
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.set(id, { connectionId, settle: resolve });
      stopWaiting = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiting.delete(id);
      };
    });
    try {
      await outbox.send(buildRequest(id, method, params));
      const outcome = await answered;
      if (outcome !== undefined) return resultOf(outcome, method);
      // 2025-11-25 basic/lifecycle#timeouts: SHOULD issue a cancellation notification and stop waiting.
      await outbox.send(buildNotification('notifications/cancelled', { requestId: id }));
      throw new ToolError(`The client did not answer ${method}`);
    } finally {
      stopWaiting();
    }
  }

  /**
   * Takes an answer. One that nobody waits for, or that comes from somebody else, has no effect.
   *
   * @param connectionId - the connection that it came on
   */
  async answer({ id, outcome }: JsonRpcResponse, connectionId: string): Promise<void> {
    if (typeof id !== 'string') return;
    const [node = ''] = id.split('.');
    if (node === this.#node) {
      this.#settle(id, outcome, connectionId);
    } else if (/^[0-9a-f]{8}$/.test(node)) {
      await this.#bus.publish(topicOf(node), JSON.stringify([id, outcome, connectionId]));
    }
  }

  /** Nobody is there any more who could answer. */
  giveUp(): void {
    for (const { settle } of this.#waiting.values()) settle(undefined);
  }

  #settleRemote(text: string): void {
    const [id, outcome, connectionId] = JSON.parse(text) as [string, ResponseOutcome, string];
    this.#settle(id, outcome, connectionId);
  }

  #settle(id: string, outcome: ResponseOutcome, connectionId: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting?.connectionId === connectionId) waiting.settle(outcome);
  }
}

function topicOf(node: string): string {
  return `answers.${node}`;
}

function resultOf(outcome: ResponseOutcome, method: string): Params {
  if ('result' in outcome && isObject(outcome.result)) return outcome.result;
  const error = 'error' in outcome && isObject(outcome.error) ? outcome.error : {};
  const reason = typeof error['message'] === 'string' ? `: ${error['message'].slice(0, 200)}` : '';
  throw new ToolError(`The client answered ${method} with an error${reason}`);
}

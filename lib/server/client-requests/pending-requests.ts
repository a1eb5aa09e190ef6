import { ToolError } from '../../errors/tool-error.js';
import { buildNotification, buildRequest } from '../../jsonrpc/build-message.js';
import type { JsonRpcResponse, Params, ResponseOutcome } from '../../jsonrpc/message.js';
import { isObject, parseJson } from '../../jsonrpc/parse-message.js';
import type { MessageBus } from '../../stores/message-bus.js';
import type { Cancellation } from '../cancellation/cancellation.js';
import { fromStorage } from '../../stores/storage-unavailable.js';
import type { Outbox } from '../transport/outbox.js';
import { tolerant } from '../../stores/best-effort-bus.js';

/** One question to a legacy client. */
export interface Question {
  readonly method: string;
  readonly params: Params;
}

/** Where to ask a question, and how long to wait for its answer. */
export interface Asking {
  readonly outbox: Outbox;
  /** The connection that the answer has to come on. */
  readonly connectionId: string;
  /** Tells when the answer is no longer wanted. */
  readonly until: Cancellation;
  readonly timeoutMs: number;
}

interface Waiting {
  readonly connectionId: string;
  /** Called with the answer, or without one if it can no longer come. */
  readonly settle: (outcome: ResponseOutcome | undefined) => void;
}

/**
 * Requests to legacy clients that are not answered yet. The answer arrives as a separate request, perhaps in another process: the first
 * part of the id names the process that waits.
 */
export class PendingRequests {
  readonly #bus: MessageBus;
  readonly #node = crypto.randomUUID().slice(0, 8);
  readonly #waiting = new Map<string, Waiting>();
  #listening: Promise<() => Promise<void>> | undefined;
  #isOver = false;

  constructor(bus: MessageBus) {
    this.#bus = bus;
  }

  /**
   * Sends a request on the stream of the client's own request, and waits.
   *
   * @throws ToolError if the client answers with an error or not in time
   * @throws Error if the bus cannot be reached, since an answer might not arrive. The handler has already run, so the client is not
   * told to retry
   */
  async ask({ method, params }: Question, { outbox, connectionId, until, timeoutMs }: Asking): Promise<Params> {
    await this.#listen();
    const id = `${this.#node}.${crypto.randomUUID()}`;
    let stopWaiting: () => void = () => undefined;
    const answered = new Promise<ResponseOutcome | undefined>((resolve) => {
      const giveUp = (): void => {
        resolve(undefined);
      };
      const timer = setTimeout(giveUp, timeoutMs);
      if (this.#isOver) giveUp();
      const stopListening = until.onCancelled(giveUp);
      this.#waiting.set(id, { connectionId, settle: resolve });
      stopWaiting = () => {
        clearTimeout(timer);
        stopListening();
        this.#waiting.delete(id);
      };
    });
    try {
      // Not awaited: a client that does not read must not extend the time limit.
      outbox.send(buildRequest(id, method, params)).catch(() => undefined);
      const outcome = await answered;
      if (outcome !== undefined) return resultOf(outcome, method);
      // 2025-11-25 basic/lifecycle#timeouts: SHOULD issue a cancellation notification and stop waiting.
      outbox.send(buildNotification('notifications/cancelled', { requestId: id })).catch(() => undefined);
      throw new ToolError(`The client did not answer ${method}`);
    } finally {
      stopWaiting();
    }
  }

  /**
   * Delivers an answer. It has no effect if no handler waits for it, or if it comes from another connection.
   *
   * @param connectionId - the connection that it came on
   * @throws ProtocolError `storage_unavailable` if it could not be delivered
   */
  async answer({ id, outcome }: JsonRpcResponse, connectionId: string): Promise<void> {
    if (typeof id !== 'string') return;
    const [node = ''] = id.split('.');
    if (node === this.#node) {
      this.#settle(id, outcome, connectionId);
    } else if (idOfOurs.test(id)) {
      const message = JSON.stringify([id, outcome, connectionId]);
      await fromStorage(() => this.#bus.publish(topicOf(node), message));
    }
  }

  /** Number of questions without an answer. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Ends all questions: the client can no longer answer. */
  giveUp(): void {
    this.#isOver = true;
    for (const { settle } of this.#waiting.values()) settle(undefined);
  }

  /** Stops listening for answers that arrive in other processes. */
  async close(): Promise<void> {
    this.giveUp();
    const unsubscribe = await this.#listening?.catch(() => undefined);
    await unsubscribe?.().catch(() => undefined);
  }

  /** Starts with the first question. If the bus fails, the next question tries again. */
  async #listen(): Promise<void> {
    const listener = tolerant((text) => {
      const [id, outcome, connectionId] = parseJson(text) as [string, ResponseOutcome, string];
      this.#settle(id, outcome, connectionId);
    });
    this.#listening ??= this.#bus.subscribe(topicOf(this.#node), listener);
    try {
      await this.#listening;
    } catch (error) {
      this.#listening = undefined;
      throw error;
    }
  }

  #settle(id: string, outcome: ResponseOutcome, connectionId: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting?.connectionId === connectionId) waiting.settle(outcome);
  }
}

const idOfOurs = /^[0-9a-f]{8}\.[0-9a-f-]{36}$/;

function topicOf(node: string): string {
  return `answers.${node}`;
}

function resultOf(outcome: ResponseOutcome, method: string): Params {
  if ('result' in outcome && isObject(outcome.result)) return outcome.result;
  const error = 'error' in outcome && isObject(outcome.error) ? outcome.error : {};
  const reason = typeof error['message'] === 'string' ? `: ${error['message'].slice(0, 200)}` : '';
  throw new ToolError(`The client answered ${method} with an error${reason}`);
}

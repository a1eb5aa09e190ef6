import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { RequestInWork } from '../call/call.js';

/**
 * The time of a handler: it ends when the request is cancelled, the limit is reached, or the stream of the answer has to end. The timer
 * and signal are made on first use, so a synchronous handler needs none.
 */
export class TimeLimit {
  readonly #call: RequestInWork;
  #controller: AbortController | undefined;
  #stopForwarding: (() => void) | undefined;
  /** The reason, if the time ended first. */
  #interruption: Error | undefined;
  #isOver = false;

  constructor(call: RequestInWork) {
    this.#call = call;
  }

  /** Aborted when the handler's time ends before its work. */
  get signal(): AbortSignal {
    this.#controller ??= this.#makeController();
    return this.#controller.signal;
  }

  /**
   * Waits for a handler's promise until its time ends.
   *
   * @param work - the handler's promise; its later outcome is ignored
   * @param timeoutMs - milliseconds
   * @throws ProtocolError `timed_out`
   * @throws ExpressMcpError if the stream of its answer has to end
   */
  async limit(work: Promise<unknown>, timeoutMs: number): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    let stopListening: (() => void) | undefined;
    const interrupted = new Promise<never>((_resolve, reject) => {
      const interrupt = (error: Error): void => {
        this.#interruption = error;
        this.#controller?.abort(error);
        reject(error);
      };
      timer = setTimeout(() => {
        interrupt(new ProtocolError('timed_out', `The request took longer than ${String(timeoutMs)} ms`));
      }, timeoutMs);
      // The timer must not keep the process alive, in particular not for a cancelled task.
      timer.unref();
      stopListening = this.#call.outbox.onEnding((reason) => {
        // A server that closes lets its calls finish.
        if (reason !== undefined) interrupt(reason);
      });
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      clearTimeout(timer);
      stopListening?.();
    }
  }

  /**
   * Whether a handler threw this because its request was cancelled. `throwIfAborted()`, `fetch` and Node's functions throw such errors.
   */
  isStop(error: unknown): boolean {
    if (!this.#call.cancellation.isCancelled) return false;
    return error === this.#controller?.signal.reason || (isObject(error) && error['name'] === 'AbortError');
  }

  /** Called when the handler is done, or its result is no longer wanted. */
  end(): void {
    this.#isOver = true;
    this.#stopForwarding?.();
  }

  #makeController(): AbortController {
    const controller = new AbortController();
    if (this.#interruption !== undefined) controller.abort(this.#interruption);
    if (this.#isOver) return controller;
    const { cancellation } = this.#call;
    this.#stopForwarding = cancellation.onCancelled(() => {
      controller.abort(cancellation.reason);
    });
    return controller;
  }
}

import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { RequestInWork } from '../call/call.js';

/**
 * The time that a handler has: until its request is called off, its limit is reached, or the stream of its answer has to end.
 * A handler that is done when it returns has needed none of this, and nothing of it is made.
 */
export class TimeLimit {
  readonly #call: RequestInWork;
  #controller: AbortController | undefined;
  #stopForwarding: (() => void) | undefined;
  /** Why its time was over before it was done. */
  #interruption: Error | undefined;
  #isOver = false;

  constructor(call: RequestInWork) {
    this.#call = call;
  }

  /** Aborted when the handler's time is over before it is done. */
  get signal(): AbortSignal {
    this.#controller ??= this.#makeController();
    return this.#controller.signal;
  }

  /**
   * Waits for what a handler promised, as long as its time lasts.
   *
   * @param work - the handler's promise; what becomes of it afterwards is ignored
   * @param timeoutMs - milliseconds
   * @throws ProtocolError `timed_out`
   * @throws ExpressMcpError when the stream of its answer has to end
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
      // A limit by itself is no reason for a process to live on, least of all that of a task that was called off.
      timer.unref();
      stopListening = this.#call.outbox.onEnding((reason) => {
        // A server that closes down lets calls come to their end.
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

  /** Whether a handler threw this because its request was called off: what `throwIfAborted()`, `fetch` and Node's functions throw. */
  isStop(error: unknown): boolean {
    if (!this.#call.cancellation.isCancelled) return false;
    return error === this.#controller?.signal.reason || (isObject(error) && error['name'] === 'AbortError');
  }

  /** The handler is done, or nobody cares any more. */
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

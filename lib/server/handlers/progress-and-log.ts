import { buildNotification } from '../../jsonrpc/build-message.js';
import { isObject, isRequestId } from '../../jsonrpc/parse-message.js';
import type { LogLevel } from '../../registry/log-level.js';
import { isAtLeast, isLogLevel } from '../../registry/log-level.js';
import type { RequestInWork } from '../call/call.js';

// Who awaits what is sent never has more than one on its way. Who does not is not let fill the memory.
const mostOnTheWay = 100;

// By request, since one may run several handlers, or the same one in several rounds, and all report under the same token.
const lastProgress = new WeakMap<RequestInWork, number>();

/** What a handler can tell while it works; see `CallContext`. */
export interface HandlerNotices {
  progress(progress: number, total: number | undefined, message: string | undefined): Promise<void>;
  log(level: LogLevel, data: unknown, logger: string | undefined): Promise<void>;
  /** The work is over. */
  close(): void;
}

/** What a handler tells the client while it works: progress and log messages. Nothing is sent once the work is over. */
export class ProgressAndLog implements HandlerNotices {
  readonly #call: RequestInWork;
  #onTheWay = 0;
  #isOver = false;

  constructor(call: RequestInWork) {
    this.#call = call;
  }

  /** `basic/patterns/progress`: only with the client's token, and every time more than before. */
  async progress(progress: number, total: number | undefined, message: string | undefined): Promise<void> {
    const { _meta: meta } = this.#call.request.params;
    const progressToken = isObject(meta) ? meta['progressToken'] : undefined;
    if (!isRequestId(progressToken)) return;
    // What is no number has no JSON either.
    if (!Number.isFinite(progress) || progress <= (lastProgress.get(this.#call) ?? -Infinity)) return;
    lastProgress.set(this.#call, progress);
    const text = {
      progressToken,
      progress,
      ...(Number.isFinite(total) ? { total } : {}),
      // 2025-03-26 added it; a client that does not know it leaves it aside.
      ...(message === undefined ? {} : { message }),
    };
    await this.#send('notifications/progress', text);
  }

  /** `server/utilities/logging`: only what the client asked for. */
  async log(level: LogLevel, data: unknown, logger: string | undefined): Promise<void> {
    if (!isLogLevel(level)) throw new TypeError(`${String(level)} is no level of a log message`);
    if (!hasJson(data)) throw new TypeError(`The data of a log message must have JSON; ${typeof data} has none`);
    const { connection, request, revision } = this.#call;
    const least = revision.logLevelOf(request.params, connection);
    if (least === undefined || !isAtLeast(level, least)) return;
    await this.#send('notifications/message', { level, ...(logger === undefined ? {} : { logger }), data });
  }

  /** `basic/patterns/progress`: notifications MUST stop after completion. */
  close(): void {
    this.#isOver = true;
  }

  async #send(method: string, params: Readonly<Record<string, unknown>>): Promise<void> {
    const { outbox, cancellation } = this.#call;
    const isOver = this.#isOver || cancellation.isCancelled;
    if (isOver || this.#onTheWay >= mostOnTheWay || outbox.isBehind === true) return;
    this.#onTheWay++;
    try {
      await outbox.send(buildNotification(method, params));
    } finally {
      this.#onTheWay--;
    }
  }
}

function hasJson(data: unknown): boolean {
  return data !== undefined && typeof data !== 'function' && typeof data !== 'symbol';
}

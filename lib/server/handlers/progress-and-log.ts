import { buildNotification } from '../../jsonrpc/build-message.js';
import { isObject, isRequestId } from '../../jsonrpc/parse-message.js';
import type { LogLevel } from '../../registry/log-level.js';
import { isAtLeast, isLogLevel } from '../../registry/log-level.js';
import type { RequestInWork } from '../call/call.js';

// A handler that awaits its messages has only one in flight. A handler that does not await must not fill the memory.
const maxInFlight = 100;

// By request, since one may run several handlers, or the same one in several rounds, and all use the same token.
const lastProgress = new WeakMap<RequestInWork, number>();

/** The messages that a handler can send during its work; see `CallContext`. */
export interface HandlerNotices {
  progress(progress: number, total: number | undefined, message: string | undefined): Promise<void>;
  log(level: LogLevel, data: unknown, logger: string | undefined): Promise<void>;
  /** Ends the messages, because the work is over. */
  close(): void;
}

/** Sends a handler's progress and log messages to the client, until the work is over. */
export class ProgressAndLog implements HandlerNotices {
  readonly #call: RequestInWork;
  #onTheWay = 0;
  #isOver = false;

  constructor(call: RequestInWork) {
    this.#call = call;
  }

  /** `basic/patterns/progress`: only with the client's token, and each time more than before. */
  async progress(progress: number, total: number | undefined, message: string | undefined): Promise<void> {
    const { _meta: meta } = this.#call.request.params;
    const progressToken = isObject(meta) ? meta['progressToken'] : undefined;
    if (!isRequestId(progressToken)) return;
    // JSON only has finite numbers.
    if (!Number.isFinite(progress) || progress <= (lastProgress.get(this.#call) ?? -Infinity)) return;
    lastProgress.set(this.#call, progress);
    const text = {
      progressToken,
      progress,
      ...(Number.isFinite(total) ? { total } : {}),
      // Added by 2025-03-26; a client that does not know it ignores it.
      ...(message === undefined ? {} : { message }),
    };
    await this.#send('notifications/progress', text);
  }

  /** `server/utilities/logging`: only the levels that the client asked for. */
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
    const { outbox, cancellation, endpoint } = this.#call;
    if (this.#isOver || cancellation.isCancelled) return;
    if (this.#onTheWay >= maxInFlight || outbox.isBehind === true) {
      endpoint.limits.hits.count('slow_reader');
      return;
    }
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

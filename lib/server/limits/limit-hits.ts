import type { LimitErrorCode } from '../../errors/limit-error.js';

/**
 * A limit that can be reached, by the code that is told then. Two of them refuse no request. `session_store_full` is a session that a
 * full store dropped for a newer one. `slow_reader` is a message that was left out, or a stream that was ended, since its client reads
 * too slowly.
 */
export type LimitCode = LimitErrorCode | 'too_many_tasks' | 'session_store_full' | 'slow_reader';

/** How often each limit was reached, since the process began. */
export class LimitHits {
  readonly #counts: Record<LimitCode, number> = {
    server_busy: 0,
    session_store_full: 0,
    slow_reader: 0,
    too_many_bytes: 0,
    too_many_calls: 0,
    too_many_sessions: 0,
    too_many_streams: 0,
    too_many_tasks: 0,
    tool_busy: 0,
  };

  /** Counts one time that a limit was reached. */
  count(code: LimitCode): void {
    this.#counts[code] += 1;
  }

  /** The counts, by code. */
  get byCode(): Readonly<Record<LimitCode, number>> {
    return { ...this.#counts };
  }
}

import type { LimitErrorCode } from '../../errors/limit-error.js';

/** A limit that can be reached, by what is said then. */
export type LimitCode = LimitErrorCode | 'too_many_tasks';

/** How often each limit was reached, since the process began. */
export class LimitHits {
  readonly #counts: Record<LimitCode, number> = {
    server_busy: 0,
    too_many_bytes: 0,
    too_many_calls: 0,
    too_many_sessions: 0,
    too_many_streams: 0,
    too_many_tasks: 0,
    tool_busy: 0,
  };

  /** Counts one refusal by a limit. */
  count(code: LimitCode): void {
    this.#counts[code] += 1;
  }

  /** The counts, by code. */
  get byCode(): Readonly<Record<LimitCode, number>> {
    return { ...this.#counts };
  }
}

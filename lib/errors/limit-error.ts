import type { RefusedTarget } from './insufficient-scope-error.js';
import { ProtocolError } from './protocol-error.js';
import { retryAfter, retryAfterSeconds } from './retry-after.js';

/** The rows of the error table that say that a limit is reached. */
export type LimitErrorCode =
  'server_busy' | 'too_many_bytes' | 'too_many_calls' | 'too_many_sessions' | 'too_many_streams' | 'tool_busy';

/** Facts about a request that a limit refused. */
export interface LimitFacts {
  /** The JSON-RPC method. */
  readonly method?: string | undefined;
  /** The tool, when it is its limit. */
  readonly target?: RefusedTarget | undefined;
}

const untilThereIsRoom: Readonly<Record<LimitErrorCode, number>> = {
  server_busy: retryAfterSeconds.callEnds,
  too_many_bytes: retryAfterSeconds.callEnds,
  too_many_calls: retryAfterSeconds.callEnds,
  tool_busy: retryAfterSeconds.callEnds,
  too_many_streams: retryAfterSeconds.streamEnds,
  too_many_sessions: retryAfterSeconds.sessionEnds,
};

/** A limit that protects the process is reached: nothing is wrong with the request, and it may be sent again later. */
export class LimitError extends ProtocolError {
  readonly method: string | undefined;
  readonly target: RefusedTarget | undefined;

  constructor(code: LimitErrorCode, { method, target }: LimitFacts = {}) {
    super(code, undefined, retryAfter(untilThereIsRoom[code]));
    this.method = method;
    this.target = target;
  }
}

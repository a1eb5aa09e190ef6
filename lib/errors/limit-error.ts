import type { RefusedTarget } from './insufficient-scope-error.js';
import { ProtocolError } from './protocol-error.js';

/** The rows of the error table that say that a limit is reached. */
export type LimitErrorCode = 'too_many_calls' | 'too_many_sessions' | 'too_many_streams' | 'tool_busy';

/** What was refused. */
export interface LimitFacts {
  /** The JSON-RPC method. */
  readonly method?: string | undefined;
  /** The tool, when it is its limit. */
  readonly target?: RefusedTarget | undefined;
}

// How long it takes, as a rule, until there is room again: a call ends soon, a stream or a session does when somebody lets go of it.
const retryAfterSeconds: Readonly<Record<LimitErrorCode, number>> = {
  too_many_calls: 1,
  tool_busy: 1,
  too_many_streams: 5,
  too_many_sessions: 60,
};

/** A limit that protects the process is reached: nothing is wrong with the request, and it may be sent again later. */
export class LimitError extends ProtocolError {
  readonly method: string | undefined;
  readonly target: RefusedTarget | undefined;

  constructor(code: LimitErrorCode, { method, target }: LimitFacts = {}) {
    const seconds = retryAfterSeconds[code];
    // RFC 6585 §4, RFC 9110 §15.6.4: may tell when. In the answer, too, for transports that have no header fields.
    super(code, undefined, { data: { retryAfterSeconds: seconds }, headers: { 'Retry-After': String(seconds) } });
    this.method = method;
    this.target = target;
  }
}

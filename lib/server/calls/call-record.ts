import type { ErrorCode } from '../../errors/error-table.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import type { RequestId } from '../../jsonrpc/message.js';

/**
 * How a call ended. `tool_error`: the result says `isError`. `error`: the client got a JSON-RPC error. `refused`: by scopes, a policy,
 * an authentication that is too weak, or a limit. `cancelled`: the client no longer waits for the answer.
 */
export type CallOutcome = 'cancelled' | 'error' | 'ok' | 'refused' | 'timed_out' | 'tool_error';

/** The trace context of `params._meta`: its members that are strings of a sensible length. Untrusted. */
export interface CallTraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}

/**
 * One JSON-RPC request, or one run of a task, for the app's operator. Texts from clients are cut to a bounded length and have no
 * control characters, so that they can be logged. It contains no token, no argument and no result.
 */
export interface CallRecord {
  readonly transport: 'http' | 'stdio';
  /** The JSON-RPC method; `tools/call` for a run of a task. */
  readonly method: string;
  /** The tool, prompt, resource or method that the request names. A request about a task has its tool, once the task was found. */
  readonly target: RefusedTarget | undefined;
  /** Whether the server has the method, and the target if there is one. Other names are up to the client. */
  readonly isKnown: boolean;
  /** Undefined if the request was refused before its body was read; method and target then come from its header fields. */
  readonly requestId: RequestId | undefined;
  /** Set for a run of a task, which no client waits for. */
  readonly taskId: string | undefined;
  /** Undefined if the request's revision is not served. */
  readonly protocolVersion: string | undefined;
  /** Id of a legacy session over HTTP. */
  readonly sessionId: string | undefined;
  /** The client's name for itself. */
  readonly client: { readonly name: string | undefined; readonly version: string | undefined };
  /** Subject of the caller's token. */
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  /** Undefined until the call ends. */
  readonly outcome: CallOutcome | undefined;
  /** The error, as a row of docs/errors.md; `concealed` if the client was told that the target does not exist. */
  readonly errorCode: ErrorCode | 'concealed' | undefined;
  /** The code of the JSON-RPC error that the client got. */
  readonly jsonRpcCode: number | undefined;
  /** The scopes that a refused call lacks. */
  readonly missingScopes: readonly string[] | undefined;
  /** The reference that the client was given instead of an error; `onError` gets the same. */
  readonly reference: string | undefined;
  /** Milliseconds; undefined until the call ends. */
  readonly durationMs: number | undefined;
  /** Size of the message, in bytes; undefined for a run of a task, and if it was not counted. */
  readonly requestBytes: number | undefined;
  /** Size of the JSON-RPC response, in bytes; 0 without one, undefined if the host's error handler writes the answer. */
  readonly responseBytes: number | undefined;
  /** The trace context of `params._meta`. */
  traceContext(): CallTraceContext;
  /** `params.arguments` as the client sent them. They may contain secrets: do not log them. */
  sentArguments(): unknown;
  /** The result that the client got, after the call ended; undefined without one. It may contain secrets: do not log it. */
  returnedResult(): unknown;
  /**
   * For subscribers of `start`: the rest of the call runs inside `run`, such as in the context of a span.
   *
   * @param run - calls its argument at once, and returns its result
   */
  runWithin(run: <T>(work: () => T) => T): void;
}

/** A session of a legacy client that was ended or expired, or a connection on stdio that was closed. */
export interface SessionRecord {
  readonly transport: 'http' | 'stdio';
  /** Over HTTP. */
  readonly sessionId: string | undefined;
  /** The revision that the handshake agreed on; undefined for a client without one. */
  readonly protocolVersion: string | undefined;
  /** Milliseconds. */
  readonly durationMs: number;
}

/** Receives each call after its end. Its errors go to `onError` and have no other effect. */
export type CallListener = (call: CallRecord) => unknown;

import type { ErrorCode } from '../../errors/error-table.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import type { RequestId } from '../../jsonrpc/message.js';

/**
 * How a call ended. `tool_error`: the result says `isError`. `error`: the client got a JSON-RPC error. `refused`: by scopes, a policy,
 * an authentication that is too weak, or a limit. `cancelled`: the client does not wait for the answer any more.
 */
export type CallOutcome = 'cancelled' | 'error' | 'ok' | 'refused' | 'timed_out' | 'tool_error';

/** The trace context that a client put into `params._meta`, as far as it consists of strings of a sensible length. Untrusted. */
export interface CallTraceContext {
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}

/**
 * One JSON-RPC request, or one run of a task, as the app's operator sees it. Everything that clients say in it is cut to a bounded
 * length and free of control characters, so that it can be logged. It has no token, no argument and no result in it.
 */
export interface CallRecord {
  readonly transport: 'http' | 'stdio';
  /** The JSON-RPC method; of a run of a task `tools/call`. */
  readonly method: string;
  /** The tool, prompt, resource or method that the request names; of a request about a task, its tool once it was found. */
  readonly target: RefusedTarget | undefined;
  /** Whether the server has the method, and the target if there is one. Names of others are whatever a client makes up. */
  readonly isKnown: boolean;
  /** Undefined when the request was refused before its body was read; the method and the target are then those of its header fields. */
  readonly requestId: RequestId | undefined;
  /** Given for a run of a task, which no client waits for. */
  readonly taskId: string | undefined;
  /** Undefined when the request's revision is not served. */
  readonly protocolVersion: string | undefined;
  /** Of a legacy session over HTTP. */
  readonly sessionId: string | undefined;
  /** What the client calls itself. */
  readonly client: { readonly name: string | undefined; readonly version: string | undefined };
  /** Of the caller's token. */
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  /** Undefined until the call ended. */
  readonly outcome: CallOutcome | undefined;
  /** What went wrong, as a row of docs/errors.md; `concealed` when the client was told that the target does not exist. */
  readonly errorCode: ErrorCode | 'concealed' | undefined;
  /** The code of the JSON-RPC error that the client got. */
  readonly jsonRpcCode: number | undefined;
  /** What a refused call needed and the token does not carry. */
  readonly missingScopes: readonly string[] | undefined;
  /** What the client was given instead of an error; `onError` gets the same. */
  readonly reference: string | undefined;
  /** Milliseconds; undefined until the call ended. */
  readonly durationMs: number | undefined;
  /** Of the message, in bytes; undefined for a run of a task, and when nobody counted them. */
  readonly requestBytes: number | undefined;
  /** Of the JSON-RPC response, in bytes; 0 when there is none, undefined when the host's error handler writes the answer. */
  readonly responseBytes: number | undefined;
  /** The trace context of `params._meta`. */
  traceContext(): CallTraceContext;
  /** `params.arguments` as the client sent them. They may hold anything, secrets included: not for logs. */
  sentArguments(): unknown;
  /** The result that the client got, once the call ended; undefined if it got none. It may hold anything: not for logs. */
  returnedResult(): unknown;
  /**
   * For subscribers of `start`: everything that the call does from then on runs within `run`, such as in the context of a span.
   *
   * @param run - calls its argument, at once, and returns what that returns
   */
  runWithin(run: <T>(work: () => T) => T): void;
}

/** A session of a legacy client that was ended, or a connection on stdio that was closed. */
export interface SessionRecord {
  readonly transport: 'http' | 'stdio';
  /** Over HTTP. */
  readonly sessionId: string | undefined;
  /** What the handshake agreed on; undefined for a client that needs none. */
  readonly protocolVersion: string | undefined;
  /** Milliseconds. */
  readonly durationMs: number;
}

/** Hears of each call when it has ended. What it throws goes to `onError` and changes nothing. */
export type CallListener = (call: CallRecord) => unknown;

import type { Params, RequestId } from '../../jsonrpc/message.js';
import type { LogLevel } from '../../registry/log-level.js';

/**
 * State between one client and the server that outlives a request: a session of a legacy client over HTTP, or a process on stdio.
 * Modern requests over HTTP have none.
 */
export interface Connection {
  /** Names it. Answers and cancellations only count within it. */
  readonly id: string;
  /** The params of `initialize`; undefined before, and for modern clients. */
  readonly handshake: Params | undefined;
  /** Whether the client is ready; before, the server SHOULD NOT send it requests (2025-11-25 `basic/lifecycle#initialization`). */
  readonly isReady: boolean;
  /** Records that the client is ready. */
  beReady(): Promise<void>;
  /** The least severe level of log messages that the client wants, if it set one. */
  readonly logLevel: LogLevel | undefined;
  setLogLevel(level: LogLevel): Promise<void>;
  /** Subscribes the client to changes of this resource. */
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** Cancels a request of the client. */
  cancel(requestId: RequestId, reason?: string): void;
}

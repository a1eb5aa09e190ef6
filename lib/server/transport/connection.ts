import type { Params, RequestId } from '../../jsonrpc/message.js';
import type { LogLevel } from '../../registry/log-level.js';

/**
 * What outlives a request between one client and the server: a session of a legacy client over HTTP, or a process on stdio.
 * Modern requests over HTTP have none.
 */
export interface Connection {
  /** Names it. Answers and cancellations count within it only. */
  readonly id: string;
  /** The params of `initialize`; undefined before, and for modern clients. */
  readonly handshake: Params | undefined;
  /** Whether the client said that it is ready; before, it SHOULD NOT be asked anything (2025-11-25 `basic/lifecycle#initialization`). */
  readonly isReady: boolean;
  /** The client says so. */
  beReady(): Promise<void>;
  /** The least severe log messages that the client wants, where it said so. */
  readonly logLevel: LogLevel | undefined;
  setLogLevel(level: LogLevel): Promise<void>;
  /** From now on the client hears when this resource changes. */
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): Promise<void>;
  /** The client wants no answer to this request any more. */
  cancel(requestId: RequestId, reason?: string): void;
}

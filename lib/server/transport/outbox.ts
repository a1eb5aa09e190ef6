import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { RequestId } from '../../jsonrpc/message.js';

/** Called when the server ends a stream: with the reason, or without one if it is closing. */
export type EndingListener = (reason: ExpressMcpError | undefined) => void;

/**
 * Sends messages that come before the answer to a request: on its response stream (HTTP), or on the one channel for everything (stdio).
 */
export interface Outbox {
  /** Whether a message was sent. From then on the answer's HTTP status is settled. */
  readonly hasBegun: boolean;
  /** Whether the client accepts messages before the answer. If not, they are dropped. */
  readonly takesMessages: boolean;
  /** Whether more waits for the client than allowed, so that optional messages are left out. */
  readonly isBehind?: boolean;
  /** @returns when the client can take more; at once if the client is gone */
  send(message: string): Promise<void>;
  /** @returns a function that removes the listener */
  onEnding(listener: EndingListener): () => void;
  /** Ends the connection but not the stream, if a client can resume it. */
  closeConnection(retryMs?: number): void;
  /** Receives the scopes that a message needs, before it is sent, if a client can resume the stream. */
  readonly demand?: (scopes: readonly string[]) => void;
  /** Sends the end of a subscription that the server closes, on transports where the stream goes on. */
  readonly farewell?: ((subscription: RequestId) => Promise<void>) | undefined;
}
